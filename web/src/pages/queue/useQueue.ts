import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import type { Sort } from "../../api/issues";
import { client, facetsQuery, issuesQuery } from "../../api/queries";
import type { Issue } from "../../api/types";
import { splitState } from "../../filter/parse";

const NONE: Issue[] = [];

/** The list for a filter text and an order, its counts, and whether it has changed since it was read. */
export function useQueue(text: string, sort: Sort) {
  const { q, state } = useMemo(() => splitState(text), [text]);
  const options = issuesQuery({ q, state, sort });
  // Old rows stay, dimmed, while a filter runs.
  const list = useInfiniteQuery({ ...options, placeholderData: (old) => old });
  const facets = useQuery({ ...facetsQuery(q, state), placeholderData: (old) => old });
  const items = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? NONE, [list.data]);

  const key = `${q} ${state}`;
  const total = facets.isPlaceholderData ? undefined : facets.data?.total;
  const [seen, setSeen] = useState<{ key: string; total: number }>();
  useEffect(() => {
    if (total !== undefined && seen?.key !== key) setSeen({ key, total });
  }, [key, total, seen]);
  const moved = seen?.key === key && total !== undefined ? total - seen.total : 0;

  return {
    list,
    items,
    facets: facets.data,
    // The facets count the whole list; a page only says whether it is all.
    total:
      total !== undefined ? { count: total, exact: true } : (list.data?.pages[0]?.total ?? { count: 0, exact: true }),
    /** How many issues more (or fewer) there are than when the list was read. */
    moved,
    renew: () => {
      setSeen(undefined);
      void client.resetQueries({ queryKey: options.queryKey });
    },
  };
}
