import { get } from "./client";
import type { Exposure } from "./estate";
import type { EndOfLife, SourcedFact, Tri } from "./types";

/* Packages over time, who is affected, and the endpoints of services. */

export interface ComponentRow {
  /** Package URL without version. */
  package: string;
  /** Least first. */
  versions: string[];
  targets: number;
  direct: number;
  transitive: number;
  licenses?: string[];
  end_of_life?: EndOfLife[];
}

export interface ComponentPage {
  items: ComponentRow[];
  next?: string;
  as_of?: string;
  /** Packages on all pages, where those of a service were asked for. */
  total?: number;
}

export interface DeployedAs {
  service: string;
  environment: string;
  since: string;
  image?: string;
  commit?: string;
  /** The very version that was scanned runs there. */
  same_version: boolean;
}

/** A place that has a package, in one version. */
export interface ComponentUse {
  version: string;
  direct?: boolean;
  chain?: string[];
  file?: string;
  listed: string;
  since: string;
  until?: string;
  licenses?: string[];
  target: string;
  target_kind: string;
  ref: string;
  tracked: boolean;
  scanned_version?: string;
  tool: string;
  services: string[];
  application?: string;
  owner?: string;
  exposure: Exposure;
  production: Tri;
  deployments: DeployedAs[];
}

export interface ComponentView {
  package: string;
  uses: ComponentUse[];
  end_of_life?: EndOfLife[];
}

export interface Affected extends ComponentUse {
  package: string;
  because: SourcedFact[];
  fixed?: string[];
  issues?: string[];
}

export interface AffectedAnswer {
  question: string;
  names: string[];
  advisories: string[];
  known_exploited_since?: string;
  at: string;
  items: Affected[];
  warnings?: string[];
}

export type ApiProblem = "shadow" | "zombie" | "untested" | "unused" | "open";

interface Seen {
  first: string;
  last: string;
  calls: number;
}

interface Tested {
  last: string;
  by: string[];
}

/** An endpoint. */
export interface ApiRow {
  service: string;
  owner?: string;
  application?: string;
  method: string;
  pattern: string;
  problems: ApiProblem[];
  documented: boolean;
  handler?: string;
  seen?: Seen;
  tested?: Tested;
  authentication: string;
  data: string[];
  exposure: Exposure;
  deprecated: boolean;
  sources: string[];
  issues: string[];
}

export interface ApiList {
  items: ApiRow[];
  counts: Record<string, number>;
}

/** Packages by name, of everything or of one service. */
export interface ComponentQuery {
  q: string;
  service: string;
  as_of: string;
  limit?: number;
}

export const searchComponents = ({ service, ...query }: ComponentQuery, cursor?: string, signal?: AbortSignal) =>
  get<ComponentPage>("/components", { ...query, ...(service ? { service } : {}), cursor }, signal);
export const showComponent = (purl: string, as_of: string, signal?: AbortSignal) =>
  get<ComponentView>("/component", { purl, as_of }, signal);
export const listAffected = (q: string, as_of: string, signal?: AbortSignal) =>
  get<AffectedAnswer>("/affected", { q, as_of }, signal);
export const listApis = (params: { service: string; team: string; q: string }, signal?: AbortSignal) =>
  get<ApiList>("/apis", params, signal);

export type LicenceVerdict = "deny" | "review" | "unjudged" | "allow";

export interface LicenceRow {
  verdict: LicenceVerdict;
  /** Empty where none is stated. */
  licence: string;
  package: string;
  versions: string[];
  services: string[];
  targets: string[];
  owners: string[];
  /** The line of the policy that decides. */
  because: string;
}

export interface LicenceList {
  items: LicenceRow[];
  counts: Record<string, number>;
  has_policy: boolean;
}

export const listLicences = (all: boolean, signal?: AbortSignal) =>
  get<LicenceList>("/licences", { all: all ? "true" : undefined }, signal);
