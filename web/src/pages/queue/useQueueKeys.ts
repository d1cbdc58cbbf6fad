import type { RefObject } from "react";
import type { Issue } from "../../api/types";
import { answerSuggestion, copy } from "../../app/actions";
import { useKeys } from "../../app/keys";
import { announce } from "../../app/live";
import { issueAddress, navigate } from "../../app/router";
import { readFacts, sixFacts } from "../../parts/facts";
import type { GridFocus } from "./useGridFocus";

interface Hands {
  active: Issue | undefined;
  focus: GridFocus;
  peek: string | undefined;
  wide: boolean;
  selected: number;
  filter: RefObject<HTMLInputElement | null>;
  setPeek: (id: string | undefined) => void;
  toggle: (id: string) => void;
  clear: () => void;
  state: () => void;
  merge: () => void;
  because: () => void;
}

/** Arrow keys belong to the grid, or to the page while nothing else has the focus. */
const inList = (event: KeyboardEvent): boolean =>
  event.target === document.body ||
  (event.target instanceof Element && (event.target.id === "main" || event.target.closest("[role=grid]") !== null));

/** Rows that Page Up and Page Down move by. */
const PAGE = 10;

/** The keys of the queue; the table of them is in the dialog that `?` opens. */
export function useQueueKeys(hands: Hands) {
  const { active, focus, peek, selected } = hands;
  const move = (rows: number) => (event: KeyboardEvent) => {
    event.preventDefault();
    if (event.shiftKey && active) hands.toggle(active.id);
    focus.move(rows);
  };
  const moveInList = (rows: number) => (event: KeyboardEvent) => {
    if (inList(event)) move(rows)(event);
  };
  const withActive = (act: (issue: Issue) => void) => (event: KeyboardEvent) => {
    if (!active) return;
    event.preventDefault();
    act(active);
  };
  const answer = (action: "accept" | "reject") => (issue: Issue) => {
    const first = issue.suggestions?.[0];
    if (first) void answerSuggestion(issue.id, first.finding, action);
    else announce("No merge to confirm here");
  };
  useKeys({
    j: move(1),
    k: move(-1),
    ArrowDown: moveInList(1),
    ArrowUp: moveInList(-1),
    PageDown: moveInList(PAGE),
    PageUp: moveInList(-PAGE),
    Home: moveInList(Number.NEGATIVE_INFINITY),
    End: moveInList(Number.POSITIVE_INFINITY),
    Enter: withActive((issue) => navigate(issueAddress(issue.id))),
    " ": withActive((issue) => {
      // Without room beside the list the preview is the page.
      if (!hands.wide) navigate(issueAddress(issue.id));
      else hands.setPeek(peek ? undefined : issue.id);
    }),
    Escape: (event) => {
      event.preventDefault();
      if (selected > 0) hands.clear();
      else if (peek) hands.setPeek(undefined);
    },
    x: withActive((issue) => hands.toggle(issue.id)),
    "/": (event) => {
      event.preventDefault();
      hands.filter.current?.focus();
      hands.filter.current?.select();
    },
    b: withActive(hands.because),
    i: withActive((issue) => announce(readFacts(sixFacts(issue)))),
    e: withActive(hands.state),
    m: () => {
      if (selected > 1) hands.merge();
    },
    y: withActive(answer("accept")),
    n: withActive(answer("reject")),
    ".": withActive((issue) => void copy(issue.id, issue.id)),
  });
}
