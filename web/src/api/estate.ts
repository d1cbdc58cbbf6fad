import { get } from "./client";
import type { Severity, SourcedFact, Tri } from "./types";

/* What there is and whose it is: services and their scans, what nobody's service has. */

export type ScanState = "fresh" | "stale" | "failed" | "partial" | "never";

/** How a service stands with one kind of scan. */
export interface CoverageRow {
  /** Empty: targets that no service has. */
  service: string;
  team?: string;
  kind: string;
  state: ScanState;
  /** The service needs this kind, by what it has. */
  required: boolean;
  tools: string[];
  last_complete?: string;
  /** Tools that fall short, those that failed first; they may stand beside one that is fresh. */
  short?: Shortfall[];
  because?: string;
}

/** A tool whose newest scan is not complete, or whose last complete one is old. */
export interface Shortfall {
  state: ScanState;
  tool: string;
  target: string;
  scanned: string;
  because?: string;
}

/** A service that an unplaced thing may belong to, and what to write so that it does. */
export interface PlaceSuggestion {
  /** Absent where none is alike and a new one is meant. */
  service?: string;
  because: string;
  /** Text of muster.yaml. */
  write: string;
}

/** An open issue that no service has. */
export interface Unplaced {
  issue: string;
  title: string;
  place: string;
  because: string;
  findings: number;
  component?: string;
  tier?: string;
  suggestions?: PlaceSuggestion[];
}

/** The line of a file that declared a thing. */
export interface SourceLine {
  file: string;
  /** 0 where not known. */
  line: number;
}

/** Open issues of the queue at one thing. */
export interface QueueCounts {
  open: number;
  overdue: number;
  /** By id of the tier; tiers without an issue are absent. */
  tiers: Record<string, number>;
}

export type Exposure = "unknown" | "none" | "internal" | "internet";

export interface ApplicationRow {
  name: string;
  owner?: string;
  criticality: Severity;
  compliance: string[];
  services: string[];
  exposure: Exposure;
  issues: QueueCounts;
  source: SourceLine;
}

export interface ServiceRow {
  name: string;
  application: string;
  owner?: string;
  exposure: Exposure;
  production: Tri;
  criticality: Severity;
  data: string[];
  repository?: string;
  path: string;
  issues: QueueCounts;
  scans: Record<string, ScanState>;
  source: SourceLine;
}

export interface ApplicationView {
  application: ApplicationRow;
  services: ServiceRow[];
}

interface EnvironmentOfService {
  name: string;
  exposure: Exposure;
  production?: boolean | null;
}

/** What a source says of a service, with the line that says it. */
export interface InventoryFact {
  what: string;
  value: string;
  of: string;
  source: SourceLine;
  at?: string;
}

/** What runs where, since when. */
export interface Deployment {
  service: string;
  environment: string;
  image?: string;
  commit?: string;
  /** Commit that the image was built from, as its label says. */
  built_from?: string;
  since: string;
  until?: string;
  /** What said so. */
  source?: string;
  /** What the release gate had said; absent where the delivery does not tell. */
  gate?: "passed" | "bypassed" | "none";
  gate_reason?: string;
}

/** Sources that disagree about one fact, the one that counts first. */
export interface InventoryConflict {
  of: string;
  what: string;
  said: InventoryFact[];
  rule: string;
}

export interface OwnerSuggestion {
  /** Absent where no team has these people. */
  team?: string;
  /** Most commits first. */
  people: { who: string; commits: number }[];
  because: string;
}

export interface ServiceView {
  service: ServiceRow;
  owner: { team?: string; because: SourcedFact[] };
  /** Who may own it, by who works on its code. */
  suggested_owner?: OwnerSuggestion;
  images: string[];
  urls: string[];
  environments: EnvironmentOfService[];
  compliance: string[];
  facts: InventoryFact[];
  conflicts: InventoryConflict[];
  depends_on: string[];
  used_by: string[];
  deployments: Deployment[];
  /** Newest first, at most 50. */
  shipped: Deployment[];
  scans: CoverageRow[];
}

interface Team {
  name: string;
  handles?: string[];
  targets: { email?: string; slack?: string; jira_project?: string };
  source: SourceLine;
}

export interface TeamRow {
  team: Team;
  services: number;
  issues: QueueCounts;
}

export interface TeamView {
  team: TeamRow;
  applications: string[];
  services: ServiceRow[];
}

interface Named {
  name: string;
}

/** What is declared, merged over its files. */
export interface Inventory {
  teams: Named[];
  applications: (Named & { criticality: Severity; owner?: string })[];
  services: (Named & { application: string; owner?: string })[];
}

export const listCoverage = (signal?: AbortSignal) => get<CoverageRow[]>("/coverage", {}, signal);

/** Most unplaced issues that are asked for; a list of that length may not be all. */
export const MOST_UNPLACED = 1000;

export const listUnplaced = (signal?: AbortSignal) =>
  get<Unplaced[]>("/inventory/unplaced", { limit: MOST_UNPLACED }, signal);
export const showInventory = (signal?: AbortSignal) => get<Inventory>("/inventory", {}, signal);
export const listApplications = (signal?: AbortSignal) => get<ApplicationRow[]>("/applications", {}, signal);
export const showApplication = (name: string, signal?: AbortSignal) =>
  get<ApplicationView>(`/applications/${encodeURIComponent(name)}`, {}, signal);
export const listServices = (signal?: AbortSignal) => get<ServiceRow[]>("/services", {}, signal);
export const showService = (name: string, at: string, signal?: AbortSignal) =>
  get<ServiceView>(`/services/${encodeURIComponent(name)}`, { as_of: at }, signal);
export const listTeams = (signal?: AbortSignal) => get<TeamRow[]>("/teams", {}, signal);
export const showTeam = (name: string, at: string, signal?: AbortSignal) =>
  get<TeamView>(`/teams/${encodeURIComponent(name)}`, { as_of: at }, signal);

/** How many of a team's services have every required scan, complete and fresh. */
export interface SuiteRow {
  /** Absent: services without an owner. */
  team?: string;
  services: number;
  full: number;
  percent: number;
  lacking: Record<string, number>;
  incomplete: string[];
}

export const listSuite = (signal?: AbortSignal) => get<SuiteRow[]>("/coverage/suite", {}, signal);
