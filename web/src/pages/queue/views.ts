import type { Facets } from "../../api/types";

/** A built-in view: a name for a filter. `count` names its number in the facets. */
export interface View {
  id: keyof Facets["views"];
  label: string;
  q: string;
  /** What is said when nothing is left in it. */
  done: string;
}

export const VIEWS: [View, ...View[]] = [
  { id: "urgent", label: "Urgent", q: "tier:3d,14d", done: "No urgent issues" },
  { id: "late", label: "Late", q: "is:late", done: "No late issues" },
  { id: "due7", label: "Due in 7 days", q: "due:<7d -is:late", done: "Nothing is due in the next 7 days" },
  { id: "no_owner", label: "No owner", q: "is:unowned", done: "Every open issue has an owner" },
  { id: "suggested", label: "Merges to confirm", q: "has:suggestion", done: "No merges to confirm" },
  { id: "all", label: "All open", q: "", done: "No open issues" },
];
