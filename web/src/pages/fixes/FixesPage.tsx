import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useRef } from "react";
import { facetsQuery, fixesQuery } from "../../api/queries";
import { useKeys } from "../../app/keys";
import { Link, navigate, queueAddress, useAddress } from "../../app/router";
import { useTitle } from "../../app/title";
import { FilterBar } from "../../filter/FilterBar";
import { splitState } from "../../filter/parse";
import { plural, total } from "../../format/number";
import { FixList } from "../../parts/FixList";
import { Icon } from "../../parts/Icon";
import { Problem } from "../../parts/Problem";

const address = (q: string): string => (q ? `/fixes?q=${encodeURIComponent(q)}` : "/fixes");

/** What teams work from: changes, not issues. The filter is that of the queue. */
export default function FixesPage() {
  useTitle("Fixes");
  const { search } = useAddress();
  const q = search.get("q") ?? "";
  const input = useRef<HTMLInputElement>(null);
  const { data: facets } = useQuery(facetsQuery(splitState(q).q, splitState(q).state));
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(fixesQuery({ q }));
  useKeys({
    "/": (event) => {
      event.preventDefault();
      input.current?.focus();
    },
  });
  const fixes = data?.pages.flatMap((page) => page.items) ?? [];
  const of = data?.pages[0]?.total;
  return (
    <div className="page stack">
      <header className="page-head">
        <h1>Fixes</h1>
        {of && (
          <span className="muted">
            {total(of)} {of.count === 1 ? "change ends" : "changes end"}{" "}
            <Link to={queueAddress({ q })} className="link">
              {facets ? plural(facets.total, "issue", "issues") : "the issues"}
            </Link>
          </span>
        )}
      </header>
      <FilterBar value={q} onApply={(text) => navigate(address(text))} facets={facets} input={input} />
      {error && fixes.length === 0 && (
        <Problem what="The changes could not be read" error={error} retry={() => void refetch()} />
      )}
      {!data && !error && (
        <div className="greys" aria-busy="true">
          <span className="grey" />
          <span className="grey" />
          <span className="grey" />
        </div>
      )}
      {data && fixes.length === 0 && (
        <div className="empty">
          {q ? (
            <>
              <h2>No change matches</h2>
              <p>
                <code>{q}</code>
              </p>
              <Link to="/fixes" className="btn">
                Clear the filter
              </Link>
            </>
          ) : (
            <>
              <span className="pill ok">
                <Icon name="check" small /> Done
              </span>
              <h2>Nothing is left to change</h2>
            </>
          )}
        </div>
      )}
      {fixes.length > 0 && (
        <section className="panel" aria-label="Changes, most risk removed first">
          <header>
            <span className="note">
              Most risk removed first. A change weighs as much as one issue of that score: the odds of all that it ends,
              together.
            </span>
          </header>
          <div className="body-flush">
            <FixList fixes={fixes} label="Changes" />
          </div>
        </section>
      )}
      {hasNextPage && (
        <p>
          <button type="button" className="btn" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            Show more
          </button>
        </p>
      )}
    </div>
  );
}
