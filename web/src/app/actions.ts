import type { InfiniteData } from "@tanstack/react-query";
import { notMine } from "../api/inventory";
import * as api from "../api/issues";
import { client } from "../api/queries";
import type { IssuePage, IssueView } from "../api/types";
import { plural } from "../format/number";
import { STATE_WORDS } from "../format/words";
import { complain, notice } from "./toasts";

/* What a person does to an issue: done at once, shown where it stands, undone with one key. */

/** Puts a changed issue where it is shown. Its row keeps its place until the list is asked for again. */
function show(view: IssueView) {
  const { findings: _findings, rank: _rank, ...changed } = view.issue;
  client.setQueryData(["issue", view.issue.id], view);
  client.setQueriesData<InfiniteData<IssuePage>>(
    { queryKey: ["issues"] },
    (list) =>
      list && {
        ...list,
        pages: list.pages.map((page) => ({
          ...page,
          items: page.items.map((item) => (item.id === changed.id ? { ...item, ...changed } : item)),
        })),
      },
  );
}

function recount() {
  void client.invalidateQueries({ queryKey: ["facets"] });
}

/** Issues came or went: lists and the issues themselves are read again. */
function reread() {
  recount();
  void client.invalidateQueries({ queryKey: ["issues"] });
  void client.invalidateQueries({ queryKey: ["issue"] });
}

async function undoAll(ids: string[], after: () => void) {
  for (const id of ids) show(await api.undo(id));
  after();
  notice("Undone");
}

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Changes the state of some issues, one after the other; those that fail are named and the rest stands. */
export async function changeState(ids: string[], change: api.StateChange): Promise<boolean> {
  const done: string[] = [];
  let failed: string | undefined;
  for (const id of ids) {
    try {
      show(await api.setState(id, change));
      done.push(id);
    } catch (error) {
      failed ??= `${id} was not changed: ${words(error)}`;
    }
  }
  recount();
  if (failed) complain(failed);
  if (done.length === 0) return false;
  const what = done.length === 1 ? done[0] : plural(done.length, "issue", "issues");
  notice(`${what}: ${STATE_WORDS[change.state].toLowerCase()}`, () => undoAll(done, recount));
  return true;
}

async function act(id: string, said: string, work: () => Promise<IssueView>): Promise<boolean> {
  try {
    const view = await work();
    show(view);
    reread();
    notice(said, () => undoAll([view.issue.id], reread));
    return true;
  } catch (error) {
    complain(`${id} was not changed: ${words(error)}`);
    return false;
  }
}

export const answerSuggestion = (id: string, finding: string, action: "accept" | "reject") =>
  act(id, action === "accept" ? "Suggestion accepted" : "Suggestion rejected", () =>
    api.answerLink(id, finding, action),
  );

export const splitOff = (id: string, findings: string[]) =>
  act(id, `${plural(findings.length, "finding", "findings")} split off ${id}`, () => api.split(id, findings));

export const mergeInto = (id: string, others: string[]) =>
  act(id, `${plural(others.length, "issue", "issues")} merged into ${id}`, () => api.merge(id, others));

/** Takes an issue from its owner: to a team, else to triage. */
export const disown = (id: string, reason: string, to: string) =>
  act(id, `${id} went to ${to || "triage"}`, () => notMine(id, reason, to));

/** Takes back the last decision on an issue, however long ago. */
export async function undoDecision(id: string) {
  try {
    await undoAll([id], reread);
  } catch (error) {
    complain(words(error));
  }
}

export async function copy(text: string, what: string) {
  try {
    await navigator.clipboard.writeText(text);
    notice(`${what} copied`);
  } catch {
    complain(`${what} could not be copied: the browser does not allow it here`);
  }
}
