/** A field of the filter bar. `facet` names the counts that complete its values. */
export interface Field {
  name: string;
  hint: string;
  values?: string[];
  facet?: "tier" | "kind" | "team" | "application" | "severity";
}

const ANSWERS = ["yes", "no", "?"];

export const FIELDS: Field[] = [
  { name: "team", hint: "who owns it", facet: "team" },
  { name: "app", hint: "application", facet: "application" },
  { name: "service", hint: "service" },
  { name: "tier", hint: "fix within", facet: "tier" },
  { name: "kind", hint: "sast, sca, secret, …", facet: "kind" },
  { name: "severity", hint: "the scanner's word", facet: "severity" },
  {
    name: "state",
    hint: "open, deferred, any, …",
    values: ["open", "in_progress", "fixed", "accepted_risk", "deferred", "false_positive", "not_affected", "any"],
  },
  { name: "is", hint: "late, new, unowned", values: ["late", "new", "unowned"] },
  { name: "has", hint: "ticket, suggestion, fix", values: ["ticket", "suggestion", "fix"] },
  { name: "due", hint: "due:<7d", values: ["<1d", "<7d", "<14d"] },
  { name: "age", hint: "age:>30d", values: [">7d", ">30d", ">90d"] },
  { name: "score", hint: "score:>40", values: [">20", ">40", ">60"] },
  { name: "kev", hint: "known exploited", values: ANSWERS },
  { name: "exploit", hint: "exploit public", values: ANSWERS },
  { name: "reachable", hint: "code can be reached", values: ANSWERS },
  { name: "loaded", hint: "seen running", values: ANSWERS },
  { name: "exposed", hint: "to the internet", values: ANSWERS },
  { name: "production", hint: "runs in production", values: ANSWERS },
  { name: "data", hint: "class of data it handles" },
  { name: "criticality", hint: "of its application", values: ["critical", "high", "medium", "low"] },
  { name: "compliance", hint: "pci-dss, dora, …" },
  { name: "epss", hint: "epss:>0.5", values: [">0.1", ">0.5"] },
  { name: "cve", hint: "cve:CVE-2025-55182" },
  { name: "cwe", hint: "cwe:89, cwe:89+ with children" },
  { name: "purl", hint: "purl:pkg:npm/next@<14.2.25" },
  { name: "package", hint: "name of a package" },
  { name: "path", hint: "path:services/api/**" },
  { name: "tool", hint: "who found it" },
  { name: "rule", hint: "the tool's rule" },
  { name: "ref", hint: "branch or environment" },
  { name: "id", hint: "of an issue" },
  { name: "vex", hint: "a trusted statement", values: ANSWERS },
  { name: "changed", hint: "changed:<1d", values: ["<1d", "<7d"] },
  { name: "assignee", hint: "assignee:me", values: ["me"] },
];

const BY_NAME = new Map(FIELDS.map((field) => [field.name, field]));

export const fieldOf = (name: string): Field | undefined => BY_NAME.get(name.toLowerCase());

/** Letters to change, add or drop to come from one word to the other. */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** The field that was probably meant. */
export function nearest(name: string): string | undefined {
  const word = name.toLowerCase().slice(0, 30);
  let best: { name: string; far: number } | undefined;
  for (const field of FIELDS) {
    const far = distance(word, field.name);
    if (far <= Math.max(1, Math.floor(field.name.length / 3)) && (!best || far < best.far))
      best = { name: field.name, far };
  }
  return best?.name;
}
