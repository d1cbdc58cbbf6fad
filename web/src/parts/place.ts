import type { Finding, Issue } from "../api/types";

/** Where a finding is, as one line: code, address, package or resource. */
export function findingPlace(finding: Finding): string {
  const at = finding.location ?? {};
  if (finding.package?.name) {
    const version = finding.package.version ? `@${finding.package.version}` : "";
    const file = finding.package.file ?? at.path ?? at.image;
    return `${finding.package.name}${version}${file ? ` in ${file}` : ""}`;
  }
  if (at.path) return at.start_line ? `${at.path}:${at.start_line}` : at.path;
  if (at.url || at.route) {
    const where = [at.method, at.route ?? at.url].filter(Boolean).join(" ");
    return at.parameter ? `${where}, parameter ${at.parameter}` : where;
  }
  return at.resource ?? at.image ?? "";
}

/** What an issue is called; one whose tools gave no title goes by its identifier. */
export const titleOf = (issue: Pick<Issue, "title" | "identifiers" | "id">): string =>
  issue.title.trim() || issue.identifiers[0] || issue.id;
