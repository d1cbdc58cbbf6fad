import { get, post } from "./client";
import type { Facets, IssuePage, IssueView, SplitPreview, State } from "./types";

export type Sort = "rank" | "due";

/** What the list is asked for: filter text without its state terms, states, order. */
export interface ListQuery {
  q: string;
  /** Comma list of states, or `any`. */
  state: string;
  sort: Sort;
}

const PAGE = 50;

export function listIssues(query: ListQuery, cursor: string | undefined, signal?: AbortSignal): Promise<IssuePage> {
  return get("/issues", { ...query, limit: PAGE, cursor }, signal);
}

export function topIssues(q: string, limit: number, signal?: AbortSignal): Promise<IssuePage> {
  return get("/issues", { q, limit }, signal);
}

export function showIssue(id: string, signal?: AbortSignal): Promise<IssueView> {
  return get(`/issues/${encodeURIComponent(id)}`, {}, signal);
}

export function facets(q: string, state: string, signal?: AbortSignal): Promise<Facets> {
  return get("/facets", { q, state }, signal);
}

export interface StateChange {
  state: State;
  reason: string;
  /** RFC 3339; for acceptance and deferral. */
  until?: string;
}

const issuePath = (id: string, action: string) => `/issues/${encodeURIComponent(id)}/${action}`;

export const setState = (id: string, change: StateChange) => post<IssueView>(issuePath(id, "state"), change);
export const undo = (id: string) => post<IssueView>(issuePath(id, "undo"));
export const answerLink = (id: string, finding: string, action: "accept" | "reject", reason?: string) =>
  post<IssueView>(issuePath(id, "links"), { finding, action, ...(reason ? { reason } : {}) });
export const split = (id: string, findings: string[]) => post<IssueView>(issuePath(id, "split"), { findings });
export const merge = (id: string, issues: string[]) => post<IssueView>(issuePath(id, "merge"), { issues });
export const previewSplit = (id: string, findings: string[]) =>
  post<SplitPreview>(issuePath(id, "split/preview"), { findings });
