/* Whether a text asks who is affected, or only for a name. */

const IDENTIFIER = /^[A-Z][A-Z0-9]*-[A-Z0-9][A-Z0-9-]+$/i;
const IDENTIFIER_KINDS = /^(CVE|GHSA|OSV|PYSEC|RUSTSEC|GO|DSA|DLA|USN|RHSA|ALAS|SNYK|MAL|GMS)-/i;

/** `CVE-2021-44228`, `pkg:maven/g/a@<2.17.1`, `log4j-core < 2.17.1`: a question; anything else is a part of a name. */
export function asksAffected(text: string): boolean {
  const q = text.trim();
  if (IDENTIFIER.test(q) && IDENTIFIER_KINDS.test(q)) return true;
  return /[<>=]|vers:/.test(q);
}

/** Name and group of a package URL, for people: `org.apache/log4j-core`. */
export function packageName(purl: string): string {
  const rest = purl.replace(/^pkg:[^/]+\//, "").replace(/[?#].*$/, "").replace(/@$/, "");
  try {
    return decodeURIComponent(rest);
  } catch {
    return rest;
  }
}

/** `maven` of `pkg:maven/g/a`. */
export const packageType = (purl: string): string => /^pkg:([^/]+)\//.exec(purl)?.[1] ?? "";

/** A cell of a CSV; what a spreadsheet would take for a formula is kept a text. */
export function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

export const csv = (rows: string[][]): string => rows.map((row) => row.map(cell).join(",")).join("\r\n");
