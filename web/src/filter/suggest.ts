import type { Facets } from "../api/types";
import { FIELDS, fieldOf } from "./fields";
import { parse, type Term } from "./parse";

/** An entry of the menu under the filter bar. */
export interface Suggestion {
  /** What is shown. */
  label: string;
  hint: string;
  /** How many issues, where known. */
  count?: number;
  /** The text with the suggestion taken, and where the caret goes. */
  text: string;
  caret: number;
  /** True where the filter can run now. */
  complete: boolean;
}

const MOST = 9;

const quoted = (value: string): string => (/\s/.test(value) ? `"${value}"` : value);

function replace(text: string, start: number, end: number, by: string): { text: string; caret: number } {
  const after = text.slice(end);
  const gap = after.startsWith(" ") || by.endsWith(":") ? "" : " ";
  return { text: text.slice(0, start) + by + gap + after, caret: start + by.length + (by.endsWith(":") ? 0 : 1) };
}

function valuesOf(name: string, facets: Facets | undefined): { value: string; count?: number }[] {
  const field = fieldOf(name);
  if (field?.facet) {
    const counts = Object.entries(facets?.[field.facet] ?? {});
    return counts.sort((a, b) => b[1] - a[1]).map(([value, count]) => ({ value, count }));
  }
  return (field?.values ?? []).map((value) => ({ value }));
}

function forValue(text: string, at: Term, caret: number, facets: Facets | undefined): Suggestion[] {
  const name = at.field ?? "";
  // After a comma a further value begins; the ones before it stay.
  const typedEnd = Math.max(caret, at.start + name.length + 1);
  const typed = text.slice(at.start, typedEnd);
  const comma = typed.lastIndexOf(",");
  const from = at.start + (comma >= 0 ? comma + 1 : typed.indexOf(":") + 1);
  const part = text.slice(from, typedEnd).replaceAll('"', "").toLowerCase();
  const had = new Set(at.value.split(",").filter((value) => value.toLowerCase() !== part));
  return valuesOf(name, facets)
    .filter(({ value }) => value.toLowerCase().includes(part) && !had.has(value))
    .slice(0, MOST)
    .map(({ value, count }) => ({
      label: value,
      hint: "",
      ...(count === undefined ? {} : { count }),
      ...replace(text, from, Math.max(at.end, typedEnd), quoted(value)),
      complete: true,
    }));
}

/** What could stand at the caret: fields first, then their values with counts. */
export function suggest(text: string, caret: number, facets: Facets | undefined): Suggestion[] {
  const at = parse(text).find((term) => term.start < caret && caret <= term.end);
  if (at?.field && fieldOf(at.field)) return forValue(text, at, caret, facets);
  const start = at ? at.start + (at.negated ? 1 : 0) : caret;
  const typed = text.slice(start, caret).replace(/:.*$/, "").toLowerCase();
  const begins = FIELDS.filter((field) => field.name.startsWith(typed));
  const holds =
    typed.length > 1 ? FIELDS.filter((field) => !field.name.startsWith(typed) && field.name.includes(typed)) : [];
  return [...begins, ...holds].slice(0, MOST).map((field) => ({
    label: `${field.name}:`,
    hint: field.hint,
    ...replace(text, start, at?.end ?? caret, `${field.name}:`),
    complete: false,
  }));
}
