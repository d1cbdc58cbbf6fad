import { get, post } from "./client";
import type { State } from "./types";

/* The risk model, what another one would move, and what moved since a time. */

export interface ModelVersion {
  number?: number;
  name: string;
  /** Absent for the first, which holds from the beginning. */
  since?: string;
  by: string;
  file: string;
  hash: string;
}

export interface RiskTableRow {
  values: string[];
  tier: string;
  label: string;
  days?: number;
}

export interface RiskTable {
  name: string;
  used_for: string[];
  source: string;
  inputs: string[];
  rows: RiskTableRow[];
}

export interface RiskView extends ModelVersion {
  model: Record<string, unknown>;
  tables: RiskTable[];
  yaml: string;
  versions: ModelVersion[];
  /** The model that this Muster ships, where another ranks the queue. */
  shipped?: ModelVersion;
  /** True where the queue is still as an older Muster ranked it. */
  ranked_by_older?: boolean;
}

/** Where an issue stands. */
export interface Standing {
  state: State;
  place?: number;
  tier: string;
  label: string;
  score: number;
}

/** A term of the score whose points differ. */
export interface TermChange {
  signal: string;
  before?: number;
  after?: number;
  fact: string;
  source: string;
  at?: string;
}

export interface RankMove {
  issue: string;
  title: string;
  team?: string;
  application?: string;
  from: Standing;
  to: Standing;
  because: TermChange[];
  tier_because?: string[];
}

export interface TopMoves {
  first: number;
  entering: RankMove[];
  leaving: RankMove[];
}

export interface TierMoves {
  tier: string;
  label: string;
  days?: number;
  before: number;
  after: number;
  entering_count: number;
  leaving_count: number;
  entering: RankMove[];
  leaving: RankMove[];
}

export interface TeamMoves {
  team?: string;
  entering: Record<string, number>;
  leaving: Record<string, number>;
}

export interface RiskDiff {
  from: ModelVersion;
  to: ModelVersion;
  issues: number;
  rescored: number;
  retiered: number;
  top: TopMoves[];
  tiers: TierMoves[];
  teams: TeamMoves[];
}

export interface RiskApplied {
  version: ModelVersion;
  repeated: boolean;
  issues_ranked: number;
}

export interface ChangeCause {
  at: string;
  what: string;
  by: string;
  detail: string;
  because?: TermChange[];
}

export interface ChangedIssue {
  issue: string;
  title: string;
  team?: string;
  application?: string;
  from?: Standing;
  to: Standing;
  places?: number;
  due?: string;
  causes: ChangeCause[];
}

export interface SinceGroup {
  count: number;
  issues: ChangedIssue[];
}

export interface SinceSummary {
  since: string;
  until: string;
  new: SinceGroup;
  fixed: SinceGroup;
  reopened: SinceGroup;
  moved_up: SinceGroup;
  moved_down: SinceGroup;
  newly_due: SinceGroup;
  outgrown: SinceGroup;
  decided: SinceGroup;
  warnings: string[];
}

export const showRisk = (signal?: AbortSignal) => get<RiskView>("/risk", {}, signal);
export const diffRisk = (model: string): Promise<RiskDiff> => post("/risk/diff", { model, limit: 50 });
export const applyRisk = (model: string): Promise<RiskApplied> => post("/risk/apply", { model });
export const summariseChanges = (since: string, limit: number, signal?: AbortSignal) =>
  get<SinceSummary>("/changes/summary", { since, limit }, signal);
