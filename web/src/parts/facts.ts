import type { Issue, RankTerm, Tri } from "../api/types";
import type { IconName } from "./Icon";

/** One of the six facts. `keys` are its names in the API, of facts and of terms of the score; the first that is given counts. */
export interface FactPlace {
  id: string;
  label: string;
  icon: IconName;
  keys: string[];
}

/** Always six, always in this order. */
export const SIX: FactPlace[] = [
  { id: "kev", label: "Known exploited", icon: "kev", keys: ["kev"] },
  { id: "exploit", label: "Exploit public", icon: "exploit", keys: ["exploit"] },
  {
    id: "reachable",
    label: "Reachable",
    icon: "reachable",
    keys: ["reachable"],
  },
  {
    id: "running",
    label: "Running",
    icon: "running",
    keys: ["loaded", "production"],
  },
  { id: "exposed", label: "Exposed", icon: "exposed", keys: ["exposed"] },
  { id: "data", label: "Sensitive data", icon: "data", keys: ["data"] },
];

export interface FactState {
  place: FactPlace;
  /** Absent: does not apply. */
  value?: Tri;
  /** The term of the score that says so, with source and date. */
  term?: RankTerm;
}

export const FACT_WORDS: Record<Tri, string> = { yes: "yes", no: "no", unknown: "not known" };

/** What the account of the score lists as not known is not known here either. */
export function sixFacts(issue: Pick<Issue, "facts" | "because" | "unknown">): FactState[] {
  return SIX.map((place) => {
    const key = place.keys.find((each) => issue.facts?.[each] !== undefined);
    const missing = issue.unknown?.includes(place.id) ? ("unknown" as const) : undefined;
    const value = key === undefined ? missing : issue.facts?.[key];
    const term = issue.because.find((each) => each.signal === key);
    return { place, ...(value ? { value } : {}), ...(term ? { term } : {}) };
  });
}

/** All six as one sentence, for the live region and screen readers. */
export function readFacts(facts: FactState[]): string {
  return facts.map(({ place, value }) => `${place.label}: ${value ? FACT_WORDS[value] : "does not apply"}`).join(". ");
}
