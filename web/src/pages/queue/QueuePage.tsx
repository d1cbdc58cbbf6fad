import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Sort } from "../../api/issues";
import { facetsQuery, statusQuery } from "../../api/queries";
import { mergeInto } from "../../app/actions";
import { keepList, keepRow, rowOf } from "../../app/lastList";
import { announce } from "../../app/live";
import { usePhone, useWide } from "../../app/media";
import { navigate, queueAddress, useAddress } from "../../app/router";
import { useTitle } from "../../app/title";
import { FilterBar } from "../../filter/FilterBar";
import { QUEUE_STATES, tidy } from "../../filter/parse";
import { plural, total as totalText } from "../../format/number";
import { Problem } from "../../parts/Problem";
import { StateDialog } from "../../parts/StateDialog";
import { FirstRun } from "../first-run/FirstRun";
import { Because } from "./Because";
import { BulkBar } from "./BulkBar";
import { Empty } from "./Empty";
import { type Density, IssueGrid } from "./IssueGrid";
import { Loading } from "./Loading";
import { Preview } from "./Preview";
import { QueueHead } from "./QueueHead";
import { QueueFoot } from "./QueueFoot";
import { useGridFocus } from "./useGridFocus";
import { useQueue } from "./useQueue";
import { useQueueKeys } from "./useQueueKeys";
import { VIEWS } from "./views";
import "./queue.css";

const DENSITY = "muster.density";
const ORDER: Record<Sort, string> = { rank: "Highest score first", due: "Earliest deadline first" };

export function QueuePage() {
  const { data: status } = useQuery(statusQuery);
  // The first run stays until the reader goes on: what the first import did must not vanish at once.
  const [starting, setStarting] = useState(false);
  const nothing = status !== undefined && status.imports === 0 && status.issues === 0;
  useEffect(() => {
    if (nothing) setStarting(true);
  }, [nothing]);
  if (status && (nothing || starting)) return <FirstRun status={status} onDone={() => setStarting(false)} />;
  return <Queue />;
}

/** One list decides the day: the ranked queue with its filter, views, preview and actions. */
function Queue() {
  const { search } = useAddress();
  const text = tidy(search.get("q") ?? "");
  const sort: Sort = search.get("sort") === "due" ? "due" : "rank";
  const sortParam = sort === "due" ? "due" : undefined;
  const phone = usePhone();
  const wide = useWide();
  const peek = wide ? (search.get("peek") ?? undefined) : undefined;
  const [density, setDensity] = useState<Density>(() =>
    localStorage.getItem(DENSITY) === "compact" ? "compact" : "comfortable",
  );
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [changing, setChanging] = useState<string[]>([]);
  const [because, setBecause] = useState(false);
  const anchor = useRef<Element | null>(null);
  const filter = useRef<HTMLInputElement>(null);
  const grid = useRef<HTMLDivElement>(null);
  const base = useQuery(facetsQuery("", QUEUE_STATES)).data;
  const { list, items, facets, total, moved, renew } = useQueue(text, sort);
  const address = queueAddress({ q: text, ...(sortParam ? { sort: sortParam } : {}) });
  const focus = useGridFocus(items, rowOf(address) ?? peek);
  const view = VIEWS.find((each) => each.q === text);
  useTitle(view ? `${view.label} · Queue` : "Queue");

  const go = useCallback(
    (params: { q?: string; sort?: string | undefined; peek?: string | undefined }, replace = false) => {
      const { q = text, sort: order = sortParam, peek: shown } = params;
      navigate(queueAddress({ q, ...(order ? { sort: order } : {}), ...(shown ? { peek: shown } : {}) }), { replace });
    },
    [text, sortParam],
  );

  const focused = focus.focus?.id;
  useEffect(() => {
    if (focused) keepRow(address, focused);
  }, [address, focused]);
  useEffect(() => {
    const label = view?.label ?? "Filter";
    keepList({ address, label, ids: items.map((item) => item.id), total: totalText(total) });
  }, [address, items, total, view]);

  const count = list.isPlaceholderData || !list.data ? undefined : total.count;
  useEffect(() => {
    if (count !== undefined) announce(`${plural(count, "issue", "issues")}, ${ORDER[sort].toLowerCase()}`);
  }, [count, sort]);

  const active = useMemo(() => items.find((item) => item.id === focus.focus?.id), [items, focus.focus]);
  const toggle = useCallback((id: string) => {
    setSelected((now) => {
      const next = new Set(now);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }, []);
  // The preview follows the focus along the list.
  const shown = peek !== undefined ? focus.focus?.id : undefined;
  useEffect(() => {
    if (shown && shown !== peek) go({ peek: shown }, true);
  }, [shown, peek, go]);

  // Merges are judged by their evidence: that view opens with the preview, once for each visit.
  const confirming = view?.id === "suggested";
  const opened = useRef(false);
  useEffect(() => {
    if (!confirming) opened.current = false;
    else if (wide && !opened.current && focused) {
      opened.current = true;
      if (peek === undefined) go({ peek: focused }, true);
    }
  }, [confirming, wide, focused, peek, go]);

  const targets = selected.size > 0 ? [...selected] : active ? [active.id] : [];
  const merge = () => {
    const inOrder = items.filter((item) => selected.has(item.id)).map((item) => item.id);
    const [first, ...others] = inOrder;
    if (first && others.length > 0) void mergeInto(first, others).then((done) => done && setSelected(new Set()));
  };

  useQueueKeys({
    active,
    focus,
    peek,
    wide,
    selected: selected.size,
    filter,
    setPeek: (id) => go({ peek: id }),
    toggle,
    clear: () => setSelected(new Set()),
    state: () => setChanging(targets),
    merge,
    because: () => {
      anchor.current = document.activeElement?.closest("[role=gridcell], [role=row]") ?? grid.current;
      setBecause(true);
    },
  });

  const empty = list.data !== undefined && !list.isPlaceholderData && items.length === 0;
  return (
    <div className="queue">
      <QueueHead facets={base} text={text} sort={sortParam} />
      <div className="q-bar">
        <FilterBar value={text} facets={facets ?? base} input={filter} onApply={(q) => go({ q })} />
        <select
          className="input q-sort"
          aria-label="Order"
          value={sort}
          onChange={(event) => go({ sort: event.target.value === "due" ? "due" : "", peek })}
        >
          <option value="rank">{phone ? "Score" : ORDER.rank}</option>
          <option value="due">{phone ? "Deadline" : ORDER.due}</option>
        </select>
        <fieldset className="seg no-phone">
          <legend className="vh">Density</legend>
          {(["comfortable", "compact"] as const).map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={density === each}
              onClick={() => {
                localStorage.setItem(DENSITY, each);
                setDensity(each);
              }}
            >
              {each === "compact" ? "Compact" : "Comfortable"}
            </button>
          ))}
        </fieldset>
      </div>
      {moved !== 0 && (
        <p className="q-moved">
          The list has changed: {plural(Math.abs(moved), "issue", "issues")} {moved > 0 ? "more" : "fewer"}.{" "}
          <button type="button" className="btn plain" onClick={renew}>
            Show
          </button>
        </p>
      )}
      <div className={peek ? "q-split has-peek" : "q-split"}>
        {list.error && items.length === 0 ? (
          <Problem what="The queue could not be read" error={list.error} retry={() => void list.refetch()} />
        ) : empty ? (
          <Empty text={text} all={base?.views.all ?? 0} />
        ) : items.length === 0 ? (
          <Loading />
        ) : (
          <IssueGrid
            items={items}
            total={total}
            sort={sort}
            density={phone ? "comfortable" : density}
            focus={focus.focus}
            wish={focus.wish}
            selected={selected}
            dimmed={list.isPlaceholderData}
            hasMore={list.hasNextPage && !list.isFetching && !list.isFetchNextPageError}
            grid={grid}
            onMore={() => void list.fetchNextPage()}
            onSelect={toggle}
            onColumn={focus.column}
            onPoint={(id, event) => {
              if (event.target instanceof Element && event.target.closest("a, input")) return;
              if (phone) return navigate(`/issues/${encodeURIComponent(id)}`);
              focus.point(id);
              if (wide) go({ peek: id }, peek !== undefined);
            }}
          />
        )}
        {peek && (
          <Preview
            id={peek}
            row={items.find((item) => item.id === peek)}
            merge={view?.id === "suggested"}
            onState={() => setChanging([peek])}
            onClose={() => go({ peek: undefined })}
          />
        )}
      </div>
      {list.isFetchNextPageError && list.error && (
        <Problem what="More rows could not be read" error={list.error} retry={() => void list.fetchNextPage()} />
      )}
      <BulkBar
        selected={selected.size}
        onState={() => setChanging([...selected])}
        onMerge={merge}
        onClear={() => setSelected(new Set())}
      />
      <QueueFoot />
      <Because
        issue={because ? active : undefined}
        column={focus.focus?.column ?? null}
        anchor={anchor}
        onClose={() => setBecause(false)}
      />
      <StateDialog
        ids={changing}
        current={changing.length === 1 ? items.find((item) => item.id === changing[0])?.state : undefined}
        onClose={() => {
          setChanging([]);
          setSelected(new Set());
        }}
      />
    </div>
  );
}
