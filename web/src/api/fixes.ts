import { get } from "./client";
import type { Issue, Tier, Total } from "./types";

export type FixKind = "upgrade" | "rebuild" | "replace_base" | "replace" | "remove" | "rotate" | "configure" | "code";

/** How many issues of a fix a version ends. */
export interface FixStep {
  version: string;
  issues: number;
}

/** One change that ends one or more issues. */
export interface Fix {
  id: string;
  change: string;
  kind: FixKind;
  owner?: string;
  place?: string;
  application?: string;
  services?: string[];
  /** Ids, highest score first. */
  issues: string[];
  /** In tenths of a deciban: the score that one issue would need to weigh as much as all of them. */
  risk_removed: number;
  /** Of the odds of all issues in the answer, in thousandths. */
  share?: number;
  /** The strictest deadline's. */
  tier?: Tier;
  due?: string;
  from?: string[];
  to?: string;
  steps?: FixStep[];
  identifiers?: string[];
  known_exploited?: number;
}

export interface FixPage {
  items: Fix[];
  next?: string | null;
  total: Total;
  warnings: string[];
}

export interface FixView {
  fix: Fix;
  /** Highest score first. */
  issues: Issue[];
  rank: number;
  of: number;
}

export interface FixQuery {
  q: string;
  limit?: number;
}

export const listFixes = (query: FixQuery, cursor?: string, signal?: AbortSignal) =>
  get<FixPage>("/fixes", { ...query, cursor }, signal);
export const showFix = (id: string, signal?: AbortSignal) =>
  get<FixView>(`/fixes/${encodeURIComponent(id)}`, {}, signal);
