import { get, post } from "./client";
import type { InventoryConflict } from "./estate";
import type { IssueView } from "./types";

/* The inventory as a whole: what a change of its files would move, and what people propose. */

/** A file of the inventory: known by its path. */
export interface InventoryFile {
  path: string;
  text: string;
}

export interface InventoryFiles {
  files: InventoryFile[];
  /** Repository that the files are of: for CODEOWNERS and manifests. */
  repository?: string;
}

/** One thing of an issue before and after. */
interface Change {
  what: string;
  from: string;
  to: string;
}

export interface Moved {
  issue: string;
  title: string;
  changes: Change[];
}

export interface Moves {
  issues: number;
  /** Issues by what changed. */
  counts: Record<string, number>;
  /** The first of them, by id. */
  list: Moved[];
}

/** What applying files declares and moves. */
export interface InventoryAnswer {
  files: number;
  teams: number;
  applications: number;
  services: number;
  codeowners: number;
  issues_placed: number;
  moved: Moves;
  warnings: string[];
}

/** A change of the inventory that "not mine" proposes. */
export interface OwnerProposal {
  decision: string;
  author: string;
  reason: string;
  at: string;
  issue: string;
  title: string;
  from?: string;
  to?: string;
  /** Text for `owners` of muster.yaml. */
  write: string;
}

interface Named {
  name: string;
}

/** The parts of the inventory that its page counts. */
export interface InventoryParts {
  teams: Named[];
  applications: Named[];
  services: Named[];
  conflicts?: InventoryConflict[];
}

export const showParts = (signal?: AbortSignal) => get<InventoryParts>("/inventory", {}, signal);
export const listProposals = (signal?: AbortSignal) => get<OwnerProposal[]>("/inventory/proposals", {}, signal);
export const diffInventory = (files: InventoryFiles) => post<InventoryAnswer>("/inventory/diff", files);
export const applyInventory = (files: InventoryFiles) => post<InventoryAnswer>("/inventory/apply", files);

/** Takes an issue from its owner: to a team, else to triage. */
export const notMine = (id: string, reason: string, to: string) =>
  post<IssueView>(`/issues/${encodeURIComponent(id)}/not-mine`, { reason, ...(to ? { to } : {}) });
