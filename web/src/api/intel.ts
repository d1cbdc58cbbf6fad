import { get } from "./client";

/* What feeds and VEX documents say. */

/** A feed that is loaded, its newest file. */
export interface FeedAnswer {
  feed: string;
  file: string;
  /** The day it speaks of. */
  date?: string;
  version?: string;
  rows: number;
}

export interface KevEntry {
  added: string;
  due?: string;
  ransomware: boolean;
  name: string;
  source: string;
}

/** EPSS on a day: score and the share of CVEs that score lower, both 0 to 1. */
export interface EpssPoint {
  at: string;
  score: number;
  percentile?: number;
}

export interface ExploitEntry {
  source: string;
  since?: string;
}

export interface SsvcEntry {
  exploitation?: string;
  automatable?: boolean;
  total_impact?: boolean;
  at?: string;
  source: string;
}

interface CvssEntry {
  version?: string;
  vector?: string;
  score?: number;
  source?: string;
}

export type VexStatus = "affected" | "under_investigation" | "fixed" | "not_affected";

/** What a VEX document says. */
export interface StatementEntry {
  status: VexStatus;
  author: string;
  at: string;
  products: string[];
  justification?: string;
  reason?: string;
  document: string;
}

export interface VulnerabilityView {
  id: string;
  aliases: string[];
  published?: string;
  rejected: boolean;
  kev?: KevEntry;
  /** Oldest first. */
  epss: EpssPoint[];
  exploits: ExploitEntry[];
  ssvc?: SsvcEntry;
  cvss: CvssEntry[];
  cwes: number[];
  /** Newest first. */
  statements: StatementEntry[];
  feeds: FeedAnswer[];
}

export const listFeeds = (signal?: AbortSignal) => get<FeedAnswer[]>("/intel", {}, signal);
export const showVulnerability = (id: string, signal?: AbortSignal) =>
  get<VulnerabilityView>(`/intel/${encodeURIComponent(id)}`, {}, signal);
