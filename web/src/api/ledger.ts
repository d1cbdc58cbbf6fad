import { get } from "./client";

/** A fact with its source, and whether it counts. */
export interface FactRow {
  fact: string;
  verdict: string;
  scope: string;
  subject: string;
  about?: string;
  service?: string;
  source: string;
  at?: string;
  expires?: string;
  calls?: number;
  standing: "counts" | "agrees" | "outweighed" | "superseded" | "expired";
  /** The rule that gives the standing. */
  because: string;
}

export interface FactList {
  items: FactRow[];
  contradictions: string[];
}

/** All that was said of an issue. */
export const factsOfIssue = (issue: string, signal?: AbortSignal) => get<FactList>("/facts", { issue }, signal);
