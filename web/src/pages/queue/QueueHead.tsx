import type { Facets } from "../../api/types";
import { Link, queueAddress } from "../../app/router";
import { count, plural } from "../../format/number";
import { VIEWS } from "./views";

/** Title, the way from findings to what is urgent, and the built-in views with their counts. */
export function QueueHead({
  facets,
  text,
  sort,
}: {
  facets: Facets | undefined;
  text: string;
  sort: string | undefined;
}) {
  return (
    <header className="q-head">
      <div className="q-title">
        <h1>Queue</h1>
        {facets && (
          <p className="q-story n">
            <span>{plural(facets.findings, "finding", "findings")}</span>
            <span aria-hidden="true">→</span>
            <Link to="/queue">{plural(facets.total, "issue", "issues")}</Link>
            <span aria-hidden="true">→</span>
            <Link to={queueAddress({ q: VIEWS[0].q })}>
              <b>{count(facets.views.urgent)} urgent</b>
            </Link>
          </p>
        )}
      </div>
      <nav className="q-views" aria-label="Views">
        {VIEWS.map((view) => (
          <Link
            key={view.id}
            to={queueAddress({ q: view.q, ...(sort ? { sort } : {}) })}
            aria-current={view.q === text ? "page" : undefined}
          >
            {view.label} <span className="c n">{facets ? count(facets.views[view.id]) : ""}</span>
          </Link>
        ))}
      </nav>
    </header>
  );
}
