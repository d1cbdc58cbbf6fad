import { issueAddress, queueAddress, vulnerabilityAddress } from "./router";

/** Something to go to. */
export interface Entry {
  label: string;
  /** What it is, or the keys that lead there too. */
  what: string;
  to: string;
}

const SHOWN = 12;
const VULNERABILITY = /^(cve|ghsa|osv|pysec|rustsec|go|mal)-[\w-]+$/i;
const ISSUE = /^mst-[0-9a-z]{6,}$/i;

/** How well a label answers to a text: 0 not at all; the start of it or of one of its words counts more than its middle. */
function closeness(label: string, text: string): number {
  const [where, what] = [label.toLowerCase(), text.toLowerCase()];
  if (where.startsWith(what)) return 4;
  if (where.split(/[\s/_.-]+/).some((word) => word.startsWith(what))) return 3;
  if (where.includes(what)) return 2;
  // Its letters in their order: `chap` is `checkout-api`.
  let at = 0;
  for (const letter of where) if (letter === what[at]) at += 1;
  return at === what.length ? 1 : 0;
}

/** The entries for a text, best first; ids lead to what they name, and any text can be looked for in the queue. */
export function found(all: Entry[], text: string): Entry[] {
  const wanted = text.trim();
  if (!wanted) return all.slice(0, SHOWN);
  const direct: Entry[] = [];
  if (ISSUE.test(wanted))
    direct.push({ label: wanted.toUpperCase(), what: "issue", to: issueAddress(wanted.toUpperCase()) });
  if (VULNERABILITY.test(wanted)) {
    const id = wanted.toUpperCase();
    direct.push({ label: id, what: "vulnerability", to: vulnerabilityAddress(id) });
    direct.push({ label: `Who has ${id}`, what: "components", to: `/components?q=${encodeURIComponent(id)}` });
  }
  const fitting = all
    .map((entry, place) => ({ entry, place, close: closeness(entry.label, wanted) }))
    .filter((each) => each.close > 0)
    .sort((a, b) => b.close - a.close || a.place - b.place)
    .map(({ entry }) => entry);
  const search = { label: `Issues with “${wanted}”`, what: "queue", to: queueAddress({ q: wanted }) };
  return [...direct, ...fitting.slice(0, SHOWN - direct.length - 1), search];
}
