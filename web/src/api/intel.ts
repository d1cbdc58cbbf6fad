import { get, post, postForm } from "./client";

/* What feeds and VEX documents say. */

/** A feed that is loaded, its newest file. */
export interface FeedAnswer {
  feed: string;
  file: string;
  /** The day it speaks of. */
  date?: string;
  version?: string;
  rows: number;
  /** Issues that were ranked again when it was loaded. */
  issues_ranked: number;
  /** How old the day is that it speaks of, in days, and from when on it is old. */
  age?: { days: number; limit?: number; stale: boolean };
}

/** What became of one feed of the shipped list. */
export interface FetchAnswer {
  name: string;
  url: string;
  unchanged: boolean;
  /** Why nobody was asked. */
  left_out?: string;
  loaded?: FeedAnswer;
  error?: string;
}

/** Whose VEX statements count, for what and how long. */
export interface TrustList {
  file: string;
  max_age_days: number;
  /** Without products: on all; without statuses: every status. */
  trusted: { author: string; products?: string[]; statuses?: VexStatus[] }[];
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
export const showTrust = (signal?: AbortSignal) => get<TrustList>("/vex/trust", {}, signal);
export const fetchFeeds = () => post<FetchAnswer[]>("/intel/fetch");
export function loadFeeds(files: File[]): Promise<FeedAnswer[]> {
  const form = new FormData();
  for (const file of files) form.append("files", file, file.name);
  return postForm("/intel", form);
}
export const showVulnerability = (id: string, signal?: AbortSignal) =>
  get<VulnerabilityView>(`/intel/${encodeURIComponent(id)}`, {}, signal);
