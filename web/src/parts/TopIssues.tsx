import { useQuery } from "@tanstack/react-query";
import { topIssuesQuery } from "../api/queries";
import { useNow } from "../app/clock";
import { issueAddress, Link, queueAddress } from "../app/router";
import { decibans, total } from "../format/number";
import { firstNames } from "../format/words";
import { Due } from "./Due";
import { titleOf } from "./place";
import { Asked } from "./State";
import { TierMark } from "./Tier";
import "./top.css";

const SHOWN = 6;

interface Props {
  q: string;
  title?: string;
  /** Names the services of each: not where all are of one. */
  services?: boolean;
}

/** The issues that rank first in a filter, and the way to all of them. */
export function TopIssues({ q, title = "Ranked first", services = true }: Props) {
  const now = useNow();
  const query = useQuery(topIssuesQuery(q, SHOWN));
  return (
    <section className="panel" aria-label={title}>
      <header>
        <h2>{title}</h2>
        {query.data && query.data.total.count > 0 && (
          <Link to={queueAddress({ q })} className="link end">
            All {total(query.data.total)}
          </Link>
        )}
      </header>
      <div className="top-issues">
        <Asked query={query} what="The issues could not be read">
          {(page) =>
            page.items.length === 0 ? (
              <p className="body muted">No open issue.</p>
            ) : (
              <ol>
                {page.items.map((issue) => (
                  <li key={issue.id}>
                    <span className="dim n">{issue.rank}</span>
                    <span className="top-what">
                      <Link to={issueAddress(issue.id)} className="plain-link ell" title={titleOf(issue)}>
                        {titleOf(issue)}
                      </Link>
                      {services && <span className="dim xs">{firstNames(issue.services, 2) || "no service"}</span>}
                    </span>
                    <TierMark tier={issue.tier} />
                    <b className="n r">{decibans(issue.score)}</b>
                    <span className="n r">
                      <Due at={issue.due} now={now} />
                    </span>
                  </li>
                ))}
              </ol>
            )
          }
        </Asked>
      </div>
    </section>
  );
}
