import { useQuery } from "@tanstack/react-query";
import { topFixesQuery } from "../api/queries";
import { Link } from "../app/router";
import { plural, total } from "../format/number";
import { FixList } from "./FixList";
import { Asked } from "./State";

interface Props {
  q: string;
  title: string;
  limit: number;
}

/** The changes that remove most risk among the issues of a filter. */
export function TopFixes({ q, title, limit }: Props) {
  const query = useQuery(topFixesQuery({ q, limit }));
  const ended = query.data?.items.reduce((sum, fix) => sum + fix.issues.length, 0) ?? 0;
  return (
    <section className="panel" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {ended > 0 && (
          <span className="note">
            Most risk removed (+) first. Together they end {plural(ended, "issue", "issues")}.
          </span>
        )}
        {query.data && query.data.total.count > query.data.items.length && (
          <Link to={`/fixes?q=${encodeURIComponent(q)}`} className="link end">
            All {total(query.data.total)}
          </Link>
        )}
      </header>
      <div className="body-flush">
        <Asked query={query} what="The changes could not be read">
          {(page) =>
            page.items.length === 0 ? (
              <p className="body-pad muted">Nothing is left to change.</p>
            ) : (
              <FixList fixes={page.items} label={title} />
            )
          }
        </Asked>
      </div>
    </section>
  );
}
