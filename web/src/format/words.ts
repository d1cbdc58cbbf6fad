import type { CoverageState, Severity, State, StreamKey } from "../api/types";
import { count } from "./number";

export const STATE_WORDS: Record<State, string> = {
  open: "Open",
  in_progress: "In progress",
  fixed: "Fixed",
  accepted_risk: "Risk accepted",
  deferred: "Deferred",
  false_positive: "False positive",
  not_affected: "Not affected",
};

export const COVERAGE_WORDS: Record<CoverageState, string> = {
  complete: "complete",
  partial: "partial",
  failed: "scan failed",
};

export const SEVERITY_ORDER: Severity[] = ["critical", "high", "medium", "low", "info", "unknown"];

const KINDS: Record<string, string> = { iac: "IaC" };
const SHOUTED = new Set(["sast", "dast", "iast", "sca", "api"]);

/** A kind as people write it: `SAST`, `Secret`. */
export const kindWord = (kind: string): string =>
  KINDS[kind] ?? (SHOUTED.has(kind) ? kind.toUpperCase() : sentence(kind));

/** `not_affected` to `Not affected`. */
export function sentence(word: string): string {
  const text = word.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The first of some names, each once, and how many more there are: `a, b and 3 more`. */
export function firstNames(names: string[], most: number): string {
  const each = [...new Set(names)];
  const more = each.length - most;
  return each.slice(0, most).join(", ") + (more > 0 ? ` and ${count(more)} more` : "");
}

const SIGNALS: Record<string, string> = {
  epss: "EPSS",
  epss_median: "EPSS, median",
  class_prior: "Weakness class",
  automatable: "Can be automated",
  total_impact: "Total impact",
  kev: "Known exploited (KEV)",
  exploit: "Exploit",
  cvss: "CVSS",
  reachable: "Reachable",
  loaded: "Running",
  exposed: "Exposed",
  production: "In production",
  data: "Sensitive data",
  criticality: "Criticality",
  verified: "Confirmed",
  vex: "VEX",
};

/** The name of a term of the score; a signal that this page does not know is shown as the model names it. */
export const signalWord = (signal: string): string => SIGNALS[signal] ?? sentence(signal);

/** A stream as one line: tool, target, ref, category. */
export function streamText(stream: StreamKey | string | null | undefined): string {
  if (!stream) return "";
  if (typeof stream === "string") return stream;
  const ref = stream.ref ? `, ${stream.ref}` : "";
  const category = stream.category ? ` (${stream.category})` : "";
  return `${stream.target.name}${ref}${category}`;
}
