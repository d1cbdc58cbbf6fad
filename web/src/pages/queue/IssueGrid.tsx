import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import { type MouseEvent, type RefObject, useCallback, useEffect, useRef } from "react";
import type { Issue, Total } from "../../api/types";
import { useNow } from "../../app/clock";
import { usePhone } from "../../app/media";
import { SIX } from "../../parts/facts";
import { Icon } from "../../parts/Icon";
import { COLUMNS, type Column, IssueRow } from "./IssueRow";
import "./grid.css";

export type Density = "comfortable" | "compact";

/** Heights of rows and head in px; the same as in the styles. */
const HEIGHT = { comfortable: 52, compact: 32, card: 92, head: 34 };

export interface Focus {
  id: string;
  column: Column | null;
}

interface Props {
  items: Issue[];
  total: Total;
  sort: "rank" | "due";
  density: Density;
  focus: Focus | undefined;
  /** Raised by one each time the focus is to be moved into the grid. */
  wish: number;
  selected: ReadonlySet<string>;
  dimmed: boolean;
  hasMore: boolean;
  grid: RefObject<HTMLDivElement | null>;
  onMore: () => void;
  onSelect: (id: string) => void;
  onPoint: (id: string, event: MouseEvent) => void;
  onColumn: (step: 1 | -1) => void;
}

function Head({ sort }: { sort: "rank" | "due" }) {
  const heads: Record<Column, string> = {
    select: "Selected",
    rank: "#",
    issue: "Issue",
    tier: "Fix within",
    facts: "",
    score: "Score",
    owner: "Owner",
    due: "Due",
  };
  const sorted = { rank: "score", due: "due" }[sort];
  return (
    <div role="rowgroup" className="g-head">
      <div role="row" aria-rowindex={1} className="g-row">
        {COLUMNS.map((name) => (
          <div
            key={name}
            role="columnheader"
            tabIndex={-1}
            className={`g-${name}`}
            aria-sort={name === sorted ? (name === "due" ? "ascending" : "descending") : undefined}
          >
            {name === "facts" && (
              <span className="facts" role="img" aria-label={`Six facts: ${SIX.map((fact) => fact.label).join(", ")}`}>
                {SIX.map((fact) => (
                  <span key={fact.id} className="fact" title={fact.label}>
                    <Icon name={fact.icon} />
                  </span>
                ))}
              </span>
            )}
            {name === "select" ? <span className="vh">Selected</span> : heads[name]}
          </div>
        ))}
      </div>
    </div>
  );
}

/**
 * The queue as an ARIA grid with one tab stop. Rows are virtual; the focus belongs to a row's id, and the row that has it is
 * always drawn, so it survives scrolling and new pages.
 */
export function IssueGrid(props: Props) {
  const { items, total, density, focus, wish, grid, hasMore, onMore } = props;
  const now = useNow();
  const phone = usePhone();
  const height = phone ? HEIGHT.card : HEIGHT[density];
  const head = phone ? 0 : HEIGHT.head;
  const at = focus ? items.findIndex((item) => item.id === focus.id) : -1;
  const extract = useCallback(
    (range: Range) => {
      const drawn = defaultRangeExtractor(range);
      if (at >= 0 && !drawn.includes(at)) drawn.push(at);
      return drawn.sort((a, b) => a - b);
    },
    [at],
  );
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => grid.current,
    estimateSize: () => height,
    getItemKey: (index) => items[index]?.id ?? index,
    overscan: 8,
    rangeExtractor: extract,
    scrollMargin: head,
    scrollPaddingStart: head,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new height is the reason to measure
  useEffect(() => virtual.measure(), [height, virtual]);

  const drawn = virtual.getVirtualItems();
  const last = virtual.range?.endIndex ?? 0;
  useEffect(() => {
    if (hasMore && last >= items.length - 15) onMore();
  }, [hasMore, last, items.length, onMore]);

  const done = useRef(0);
  useEffect(() => {
    // After each render: the row may be drawn only after the first ones.
    if (wish === done.current || at < 0 || !focus) return;
    virtual.scrollToIndex(at, { align: "auto" });
    const row = grid.current?.querySelector<HTMLElement>(`[data-id="${CSS.escape(focus.id)}"]`);
    const cell = focus.column ? row?.querySelector<HTMLElement>(`[data-column="${focus.column}"]`) : row;
    if (!cell) return;
    done.current = wish;
    cell.focus({ preventScroll: true });
  });

  return (
    <div
      ref={grid}
      role="grid"
      aria-label="Issues"
      aria-rowcount={total.exact ? total.count + 1 : -1}
      aria-colcount={COLUMNS.length}
      aria-multiselectable
      className={`grid is-${density}${props.dimmed ? " is-dimmed" : ""}`}
      onKeyDown={(event) => {
        if (event.key !== "ArrowRight" && event.key !== "ArrowLeft") return;
        event.preventDefault();
        props.onColumn(event.key === "ArrowRight" ? 1 : -1);
      }}
    >
      <Head sort={props.sort} />
      <div role="rowgroup" className="g-body" style={{ height: virtual.getTotalSize() }}>
        {drawn.map(({ index, start }) => {
          const issue = items[index];
          if (!issue) return null;
          const active = issue.id === focus?.id;
          return (
            <IssueRow
              key={issue.id}
              issue={issue}
              place={index + 1}
              now={now}
              active={active}
              column={active ? focus.column : null}
              selected={props.selected.has(issue.id)}
              style={{ height, transform: `translateY(${start - head}px)` }}
              onSelect={props.onSelect}
              onPoint={props.onPoint}
            />
          );
        })}
      </div>
    </div>
  );
}
