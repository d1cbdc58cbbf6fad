import type { FeedAnswer } from "./intel";
/* The JSON that the server speaks, written by hand after the model crate. Generated types can take this file's place. */

export type Tri = "yes" | "no" | "unknown";
export type Severity = "critical" | "high" | "medium" | "low" | "info" | "unknown";
export type State = "open" | "in_progress" | "fixed" | "accepted_risk" | "deferred" | "false_positive" | "not_affected";
export type Presence = "open" | "held" | "closed";
export type CoverageState = "complete" | "partial" | "failed";

/** A step of a chain of reasons: a fact and where it comes from. */
export interface SourcedFact {
  fact: string;
  source: string;
}

export interface Tier {
  id: string;
  label: string;
  /** Days from the clock's start; absent where the tier has no deadline. */
  days?: number;
  /** Strictest and mildest id while unknown facts leave it open. */
  range?: [string, string];
  because?: SourcedFact[];
}

/** One term of the score, in tenths of a deciban. */
export interface RankTerm {
  signal: string;
  points: number;
  fact: string;
  source: string;
  at?: string;
}

/** A fact for or against a link, in tenths of a deciban. The prior comes first. */
export interface EvidenceFact {
  fact: string;
  fields: string[];
  weight: number;
}

export interface Link {
  /** 0 to 1; the founder's is 1. */
  confidence: number;
  because: EvidenceFact[];
  by: string;
}

export interface Suggestion {
  issue: string;
  finding: string;
  confidence: number;
  because: EvidenceFact[];
}

export interface Decision {
  id: string;
  kind: string;
  author: string;
  reason: string;
  at: string;
  until?: string;
  covers: string[];
  evidence?: string[];
  ended?: string;
  ended_by?: string;
  approved_without_policy?: boolean;
}

export interface Location {
  path?: string;
  start_line?: number;
  end_line?: number;
  symbol?: string;
  url?: string;
  method?: string;
  parameter?: string;
  route?: string;
  resource?: string;
  resource_type?: string;
  image?: string;
  layer?: string;
  commit?: string;
}

export interface FlowStep {
  path?: string;
  line?: number;
  end_line?: number;
  symbol?: string;
  message?: string;
}

export interface Package {
  purl?: string;
  name?: string;
  version?: string;
  fixed?: string[];
  file?: string;
  chain?: string[];
  direct?: boolean;
}

export interface Finding {
  report?: string;
  index: number;
  format?: string;
  tool?: string;
  tool_version?: string;
  kind: string;
  rule: string;
  title: string;
  severity: Severity;
  severity_raw?: string;
  identifiers?: string[];
  cwes?: number[];
  cvss?: { version?: string; vector?: string; score?: number; source?: string }[];
  location?: Location;
  flow?: FlowStep[];
  package?: Package;
  reachability?: { verdict: string; source?: string };
  verified?: boolean;
  suppressed?: { by: string; reason?: string };
  /** The tool still lists it and says that it is gone; an import stores no such finding. */
  resolved?: { by: string; reason?: string };
  confidence?: string;
  description?: string;
  remediation?: string;
  request?: string;
  response?: string;
  references?: string[];
  identity?: string;
  url?: string;
}

export interface IssueFinding extends Finding {
  link: Link;
  present: Record<string, Presence>;
  first_seen?: string;
  last_seen?: string;
}

export interface Remedy {
  /** Id of the fix. */
  fix: string;
}

/** A VEX statement as an issue shows it. */
export interface VexFact {
  status: "affected" | "under_investigation" | "fixed" | "not_affected";
  /** Only the first counts; the others say why they do not. */
  verdict: "counts" | "outvoted" | "superseded" | "expired" | "untrusted";
  author: string;
  at: string;
  vulnerability: string;
  product: string;
  component?: string;
  justification?: string;
  reason?: string;
  document: string;
  /** Why it counts or does not. */
  because: string;
  until?: string;
  /** Identities of the findings that it speaks of. */
  findings: string[];
}

/** A release for which fixes are no longer published. */
export interface EndOfLife {
  /** What is installed: a package URL. */
  package: string;
  /** `Django 3.2`. */
  release: string;
  since?: string;
  /** Until when fixes can be had apart from the product's own. */
  extended_until?: string;
  source: string;
}

export interface Issue {
  id: string;
  rank?: number;
  tier: Tier;
  /** Sum of the points, tenths of a deciban. */
  score: number;
  severity: Severity;
  severity_by?: string;
  title: string;
  kind: string;
  kinds: string[];
  identifiers: string[];
  cwes: number[];
  state: State;
  owner: { team?: string; because: SourcedFact[] };
  place: string;
  application?: string;
  services: string[];
  exposure?: string;
  refs: string[];
  first_seen: string;
  last_seen: string;
  due?: string;
  confidence: number;
  because: RankTerm[];
  unknown?: string[];
  facts?: Record<string, Tri>;
  suggestions?: Suggestion[];
  decisions?: Decision[];
  vex?: VexFact[];
  /** Where trusted statements contradict each other. */
  vex_conflict?: string;
  outgrown?: string;
  fix?: string;
  /** The change that ends it with others of its sort. */
  remedy?: Remedy;
  tickets?: string[];
  epss?: number;
  data?: string[];
  criticality?: Severity;
  compliance?: string[];
  end_of_life?: EndOfLife[];
  findings?: IssueFinding[];
}

export interface Total {
  count: number;
  exact: boolean;
}

export interface IssuePage {
  items: Issue[];
  next: string | null;
  total: Total;
  order: string;
  as_of: string | null;
}

export interface HistoryEntry {
  at: string;
  what: string;
  by?: string | null;
  detail?: string | null;
}

export interface IssueView {
  issue: Issue;
  history: HistoryEntry[];
  redirected_from: string | null;
  rank: number | null;
  of: number;
  previous: string | null;
  next: string | null;
  threshold: number;
  model: { name: string; version: string | number };
}

export type Counts = Record<string, number>;

export interface Facets {
  total: number;
  findings: number;
  tier: Counts;
  kind: Counts;
  team: Counts;
  application: Counts;
  severity: Counts;
  views: { urgent: number; late: number; due7: number; no_owner: number; suggested: number; all: number };
}

export interface StreamKey {
  target: { kind: string; name: string };
  ref: string;
  tool: string;
  category: string;
}

export interface Warning {
  place: string;
  message: string;
}

interface ReportCounts {
  findings: number;
  new: number;
  unchanged: number;
  reopened: number;
  fixed: number;
  held: number;
}

/** A row of the list of imports. */
export interface ImportRow extends ReportCounts {
  id: string;
  at?: string | null;
  recorded: string;
  report: string;
  format?: string | null;
  tool?: string | null;
  stream?: StreamKey | string | null;
  coverage?: CoverageState | null;
  coverage_reason?: string | null;
  warnings: number;
  error?: string | null;
  /** When it was taken back. */
  retracted?: string | null;
}

export interface ImportDetail extends Omit<ImportRow, "warnings"> {
  warnings: Warning[];
  /** Commit, tag or digest. */
  version?: string | null;
}

export interface ImportPage {
  items: ImportRow[];
  next: string | null;
}

/** A row of the answer to an import. */
export interface ReportRow extends ReportCounts {
  id?: string | null;
  report: string;
  format?: string | null;
  tool?: string | null;
  stream?: StreamKey | string | null;
  coverage?: CoverageState | null;
  coverage_reason?: string | null;
  warnings: Warning[];
  repeated: boolean;
  error?: string | null;
}

export interface ImportAnswer {
  reports: ReportRow[];
  issues: { new: number; reopened: number; fixed: number; open: number };
}

export interface PreviewRow {
  report: string;
  format?: string | null;
  format_name?: string | null;
  tool?: string | null;
  findings: number;
  warnings: Warning[];
  error?: string | null;
  target?: string | null;
  /** Where it would be filed. */
  stream?: StreamKey | null;
  /** Services of the inventory that have the target. */
  services?: string[];
}

export interface Status {
  name: string;
  version: string;
  database: string;
  organisation: string;
  issues: number;
  findings: number;
  imports: number;
  feeds: FeedAnswer[];
  now: string;
}

/** The issues that a split would leave, the one that stays first. */
export interface SplitPreview {
  issues: Issue[];
}
