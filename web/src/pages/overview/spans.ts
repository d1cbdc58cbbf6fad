/** How far back is looked. */
export interface Span {
  id: string;
  days: number;
  label: string;
  /** `Since yesterday`. */
  word: string;
}

export const SPANS: [Span, ...Span[]] = [
  { id: "1d", days: 1, label: "1 day", word: "yesterday" },
  { id: "7d", days: 7, label: "7 days", word: "a week ago" },
  { id: "30d", days: 30, label: "30 days", word: "30 days ago" },
];
