import { useSyncExternalStore } from "react";
import { ApiError } from "../../api/client";
import { importFiles } from "../../api/imports";
import { client } from "../../api/queries";
import type { ImportAnswer, ReportRow } from "../../api/types";
import { announce } from "../../app/live";
import { plural } from "../../format/number";
import { type Batch, requests } from "./draft";

/*
  The import that is under way. It lives beside the pages, so that it goes on while the reader looks elsewhere; only closing
  the tab ends it, and then what was answered before is stored and the rest is not.
*/

export interface Run {
  files: number;
  done: number;
  bytes: number;
  bytesDone: number;
  /** Paths that are being read now. */
  now: string[];
  answer: ImportAnswer;
  state: "running" | "stopped" | "finished";
}

let run: Run | undefined;
let stop = false;
const listeners = new Set<() => void>();

function set(next: Run | undefined) {
  run = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export const useRun = (): Run | undefined => useSyncExternalStore(subscribe, () => run);

/** Forgets a run that has ended. */
export function clearRun() {
  if (run?.state !== "running") set(undefined);
}

/** Ends it between two requests, never inside one. */
export function stopRun() {
  stop = true;
}

const NOTHING = { findings: 0, new: 0, unchanged: 0, reopened: 0, fixed: 0, held: 0, warnings: [], repeated: false };

const failed = (report: string, error: string): ReportRow => ({ ...NOTHING, report, error });

function add(answer: ImportAnswer, more: ImportAnswer): ImportAnswer {
  const sum = (name: "new" | "reopened" | "fixed") => answer.issues[name] + more.issues[name];
  return {
    reports: [...answer.reports, ...more.reports],
    issues: { new: sum("new"), reopened: sum("reopened"), fixed: sum("fixed"), open: more.issues.open },
  };
}

const READ_ANEW = ["status", "facets", "issues", "issue", "imports", "streams", "coverage", "unplaced"];

/** Sends what was dropped, a few files at a time. A request that fails spoils only its files, unless the server is gone. */
export async function startRun(batches: Batch[]) {
  const all = requests(batches);
  const files = all.flatMap((batch) => batch.files);
  stop = false;
  let at: Run = {
    files: files.length,
    done: 0,
    bytes: files.reduce((sum, { file }) => sum + file.size, 0),
    bytesDone: 0,
    now: [],
    answer: { reports: [], issues: { new: 0, reopened: 0, fixed: 0, open: 0 } },
    state: "running",
  };
  announce(`Importing ${plural(files.length, "file", "files")}`);
  for (const batch of all) {
    if (stop) break;
    set({ ...at, now: batch.files.map(({ path }) => path) });
    try {
      at = { ...at, answer: add(at.answer, await importFiles(batch.files, batch.flags, batch.mapping)) };
    } catch (error) {
      const words = error instanceof Error ? error.message : String(error);
      const reports = batch.files.map(({ path }) => failed(path, words));
      at = { ...at, answer: { ...at.answer, reports: [...at.answer.reports, ...reports] } };
      stop ||= error instanceof ApiError && error.status === 0;
    }
    const bytes = batch.files.reduce((sum, { file }) => sum + file.size, 0);
    at = { ...at, done: at.done + batch.files.length, bytesDone: at.bytesDone + bytes };
  }
  set({ ...at, now: [], state: at.done < at.files ? "stopped" : "finished" });
  const { issues, reports } = at.answer;
  announce(`${plural(reports.length, "report", "reports")} read, ${plural(issues.new, "new issue", "new issues")}`);
  for (const key of READ_ANEW) void client.invalidateQueries({ queryKey: [key] });
}
