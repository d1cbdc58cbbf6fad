import { fieldOf, nearest } from "./fields";

/** A piece of the filter bar's text. `start` and `end` are offsets into it. */
export interface Term {
  text: string;
  start: number;
  end: number;
  negated: boolean;
  /** Absent for a word that searches. */
  field?: string;
  /** What stands after the colon, or the word itself, without quotes. */
  value: string;
  /** What is wrong with it, in a sentence. */
  problem?: string;
}

const QUOTE = '"';

/** Splits at white space outside quotes. An open quote runs to the end. */
function pieces(text: string): { text: string; start: number }[] {
  const found: { text: string; start: number }[] = [];
  let start = -1;
  let quoted = false;
  for (let i = 0; i <= text.length; i++) {
    const char = text[i];
    const ends = char === undefined || (!quoted && /\s/.test(char));
    if (ends) {
      if (start >= 0) found.push({ text: text.slice(start, i), start });
      start = -1;
      continue;
    }
    if (start < 0) start = i;
    if (char === QUOTE) quoted = !quoted;
  }
  return found;
}

const unquoted = (text: string): string => text.replaceAll(QUOTE, "");

function term(text: string, start: number): Term {
  const negated = text.length > 1 && text.startsWith("-");
  const body = negated ? text.slice(1) : text;
  const base = { text, start, end: start + text.length, negated };
  // A colon inside quotes, or of an address, belongs to a word.
  const colon = /^([A-Za-z_]+):(?!\/\/)/.exec(body);
  const name = colon?.[1];
  if (!name) return { ...base, value: unquoted(body) };
  const value = unquoted(body.slice(name.length + 1));
  const read: Term = { ...base, field: name.toLowerCase(), value };
  if (!fieldOf(name)) {
    const meant = nearest(name);
    read.problem = `unknown field "${name}"${meant ? `; did you mean ${meant}?` : ""}`;
  } else if (value === "") {
    read.problem = `${name}: needs a value`;
  }
  return read;
}

/** Reads the filter bar's text; never fails: what is wrong is said on its term. */
export function parse(text: string): Term[] {
  return pieces(text).map((piece) => term(piece.text, piece.start));
}

/** States that the queue holds when the filter names none. */
export const QUEUE_STATES = "open,in_progress";

/** Parts the filter text into what the list is filtered by and which states it shows. */
export function splitState(text: string): { q: string; state: string } {
  const states: string[] = [];
  const rest: string[] = [];
  for (const each of parse(text)) {
    if (each.field === "state" && !each.negated && each.value) states.push(each.value);
    else rest.push(each.text);
  }
  return { q: rest.join(" "), state: states.length > 0 ? states.join(",") : QUEUE_STATES };
}

/** The text without one of its terms. */
export function without(text: string, drop: Term): string {
  return `${text.slice(0, drop.start)}${text.slice(drop.end)}`.replace(/\s+/g, " ").trim();
}

/** The same filter written in one way, to compare and to keep in the address. */
export const tidy = (text: string): string =>
  parse(text)
    .map((each) => each.text)
    .join(" ");
