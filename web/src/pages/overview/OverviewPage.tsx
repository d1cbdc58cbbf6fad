import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { coverageQuery, facetsQuery, statusQuery } from "../../api/queries";
import { useNow } from "../../app/clock";
import { Link, navigate, queueAddress } from "../../app/router";
import { useTitle } from "../../app/title";
import { QUEUE_STATES } from "../../filter/parse";
import { count, LOCALE, plural } from "../../format/number";
import { Asked } from "../../parts/State";
import { When } from "../../parts/When";
import { URGENT_TERM } from "../../parts/counts";
import { standings } from "../coverage/standing";
import { FEEDS } from "../intel/feeds";
import { ByTeam, WorstApplications } from "./Estate";
import { Needs } from "./Needs";
import { Since } from "./Since";
import "./overview.css";

const today = new Intl.DateTimeFormat(LOCALE, { dateStyle: "full" });

interface BarProps {
  n: number;
  of: number;
  word: string;
  note: string;
  to: string;
  look: string;
}

/** A number on the scale of all findings. */
function Bar({ n, of, word, note, to, look }: BarProps) {
  return (
    <li>
      <Link to={to} className="ov-number plain-link">
        <b className="n">{count(n)}</b> <span>{word}</span>
      </Link>
      <span className="ov-bar" aria-hidden="true">
        <i className={look} style={{ width: `${of > 0 ? Math.max(0.4, (100 * n) / of) : 0}%` }} />
      </span>
      <span className="muted xs">{note}</span>
    </li>
  );
}

/** From findings to issues to what is urgent, on one true scale. */
function Funnel() {
  const query = useQuery(facetsQuery("", QUEUE_STATES));
  return (
    <section className="panel" aria-label="From findings to what is urgent">
      <div className="body">
        <Asked query={query} what="The counts could not be read">
          {({ findings, total, tier, views }) => (
            <ul className="ov-funnel">
              <Bar
                n={findings}
                of={findings}
                word="findings"
                note="from all tools, those of closed issues too"
                to="/imports?tab=streams"
                look="is-findings"
              />
              <Bar
                n={total}
                of={findings}
                word="issues"
                note="open; each link between findings can be read and undone"
                to="/queue"
                look="is-issues"
              />
              <Bar
                n={views.urgent}
                of={findings}
                word="urgent"
                note={`to fix within 14 days; ${count(tier["3d"] ?? 0)} of them within 3`}
                to={queueAddress({ q: URGENT_TERM })}
                look="is-urgent"
              />
            </ul>
          )}
        </Asked>
      </div>
    </section>
  );
}

/** What weakens the numbers above: how old they are, and what was not looked at. */
function Floor() {
  const now = useNow();
  const { data: status } = useQuery(statusQuery);
  const { data: rows } = useQuery(coverageQuery);
  const feeds = status?.feeds ?? [];
  const list = standings(rows ?? [], undefined);
  const lacking = list.filter(({ standing }) => standing !== "full").length;
  return (
    <p className="note ov-floor">
      Counted <When at={status?.now ?? now.toISOString()} now={now} />
      {feeds.length > 0 && " with "}
      {feeds.map((feed, at) => (
        <span key={`${feed.feed} ${feed.file}`}>
          {at > 0 && ", "}
          <Link to="/intel" className={feed.age?.stale ? "plain-link ov-old" : "plain-link"}>
            {FEEDS[feed.feed]?.label ?? feed.feed}
            {feed.date && (
              <>
                {" of "}
                <When at={feed.date} now={now} as="date" />
              </>
            )}
            {feed.age?.stale && " (old)"}
          </Link>
        </span>
      ))}
      .{" "}
      {rows && lacking > 0 && (
        <Link to="/coverage" className="link">
          {plural(lacking, "service lacks", "services lack")} scans that are complete and fresh, so these counts are a
          floor.
        </Link>
      )}
      {rows && lacking === 0 && list.length > 0 && "Every service is scanned, complete and fresh."}
    </p>
  );
}

/** What changed, and what waits? */
export default function OverviewPage() {
  useTitle("Overview");
  const now = useNow();
  const { data: status } = useQuery(statusQuery);
  const first = status?.imports === 0;
  useEffect(() => {
    // Nothing is stored: the queue is the first run.
    if (first) navigate("/queue", { replace: true });
  }, [first]);
  if (first) return null;
  return (
    <div className="page stack">
      <header className="page-head">
        <h1>Overview</h1>
        <span className="muted">{today.format(now)}</span>
      </header>
      <div className="cols">
        <div className="stack">
          <Funnel />
          <Since />
          <WorstApplications />
        </div>
        <div className="stack">
          <Needs />
          <ByTeam />
        </div>
      </div>
      <Floor />
    </div>
  );
}
