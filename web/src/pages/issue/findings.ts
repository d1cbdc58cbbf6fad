import type { IssueFinding } from "../../api/types";

/** A finding with all the reports of one ref that have it: a report and a bill of materials can show the same. */
export interface SeenFinding extends IssueFinding {
  places: string[];
}

/** Each finding once, in the order of the answer, which has it once for each report that shows it. */
export function distinct(findings: IssueFinding[] | undefined): SeenFinding[] {
  const seen = new Map<string, SeenFinding>();
  for (const [at, finding] of (findings ?? []).entries()) {
    const place = finding.report ? [`${finding.report}, element ${finding.index}`] : [];
    const key = finding.identity ?? String(at);
    const known = seen.get(key);
    if (known) known.places.push(...place);
    else seen.set(key, { ...finding, places: place });
  }
  return [...seen.values()];
}
