import { useCallback, useEffect, useState } from "react";
import type { Issue } from "../../api/types";
import type { Focus } from "./IssueGrid";
import { COLUMNS } from "./IssueRow";

export interface GridFocus {
  focus: Focus | undefined;
  /** Raised each time the focus is to be moved into the grid. */
  wish: number;
  /** Moves by so many rows; further than the ends stays at them. */
  move: (rows: number) => void;
  /** Moves between the row and its cells. */
  column: (step: 1 | -1) => void;
  /** Puts the focus on a row. */
  point: (id: string) => void;
}

/** The row (by its id, not by its place) and cell that have the grid's tab stop. */
export function useGridFocus(items: Issue[], start: string | undefined): GridFocus {
  const [focus, setFocus] = useState<Focus | undefined>(() => (start ? { id: start, column: null } : undefined));
  // Coming back to a row means to stand on it.
  const [wish, setWish] = useState(start ? 1 : 0);

  // A list without the focused row begins at its top.
  const there = focus !== undefined && items.some((item) => item.id === focus.id);
  const top = items[0]?.id;
  useEffect(() => {
    if (!there && top !== undefined) setFocus({ id: top, column: null });
  }, [there, top]);

  const move = useCallback(
    (rows: number) => {
      setFocus((now) => {
        const at = items.findIndex((item) => item.id === now?.id);
        const to = items[Math.max(0, Math.min(items.length - 1, at + rows))];
        return to ? { id: to.id, column: now?.column ?? null } : now;
      });
      setWish((now) => now + 1);
    },
    [items],
  );
  const column = useCallback((step: 1 | -1) => {
    setFocus((now) => {
      if (!now) return now;
      const at = now.column === null ? -1 : COLUMNS.indexOf(now.column);
      return { id: now.id, column: COLUMNS[Math.min(COLUMNS.length - 1, at + step)] ?? null };
    });
    setWish((now) => now + 1);
  }, []);
  const point = useCallback((id: string) => {
    setFocus({ id, column: null });
    setWish((now) => now + 1);
  }, []);
  return { focus, wish, move, column, point };
}
