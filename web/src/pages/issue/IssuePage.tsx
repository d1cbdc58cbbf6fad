import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ApiError } from "../../api/client";
import { issueQuery } from "../../api/queries";
import type { IssueView } from "../../api/types";
import { answerSuggestion, copy } from "../../app/actions";
import { useNow } from "../../app/clock";
import { useKeys } from "../../app/keys";
import { keepRow, type PlaceInList, placeInList } from "../../app/lastList";
import { announce } from "../../app/live";
import { back, issueAddress, Link, navigate, useAddress, vulnerabilityAddress } from "../../app/router";
import { useTitle } from "../../app/title";
import { count } from "../../format/number";
import { due } from "../../format/time";
import { NoFixWillCome } from "../../parts/EndOfLife";
import { readFacts, sixFacts } from "../../parts/facts";
import { Icon } from "../../parts/Icon";
import { titleOf } from "../../parts/place";
import { Problem } from "../../parts/Problem";
import { StateDialog } from "../../parts/StateDialog";
import { StateTag } from "../../parts/StateTag";
import { TierPill } from "../../parts/Tier";
import { When } from "../../parts/When";
import { History } from "./History";
import { Links } from "./Links";
import { Rank } from "./Rank";
import { Side } from "./Side";
import { What } from "./What";
import "./issue.css";

export default function IssuePage({ id }: { id: string }) {
  const { data, error, refetch, isFetching } = useQuery(issueQuery(id));
  useTitle(data ? titleOf(data.issue) : id);
  const list = placeInList(id);
  const near = neighbours(data, list);
  // The way back leads to the row of this issue.
  const listed = list?.address;
  useEffect(() => {
    if (listed) keepRow(listed, id);
  }, [listed, id]);
  // The ways on and back work while the issue is still on its way.
  useKeys({
    j: () => goTo(near.next),
    k: () => goTo(near.previous),
    Escape: () => back(list?.address ?? "/queue"),
  });
  if (error && !data) {
    const gone = error instanceof ApiError && error.status === 404;
    return (
      <div className="page">
        {gone ? (
          <div className="empty">
            <h1>There is no issue {id}</h1>
            <p className="muted">{error.message}</p>
            <Link to="/queue" className="btn">
              Open the queue
            </Link>
          </div>
        ) : (
          <Problem what="The issue could not be read" error={error} retry={() => void refetch()} />
        )}
      </div>
    );
  }
  if (!data) return <IssueLoading id={id} />;
  return <IssueBody view={data} list={list} near={near} busy={isFetching} />;
}

function IssueLoading({ id }: { id: string }) {
  return (
    <div className="page" aria-busy="true">
      <h1 className="dim">{id}</h1>
      {[60, 42, 50].map((width) => (
        <p key={width} className="iss-grey">
          <span className="grey" style={{ width: `${width}%` }} />
        </p>
      ))}
    </div>
  );
}

interface Neighbours {
  previous: string | null | undefined;
  next: string | null | undefined;
  text: string;
}

function goTo(id: string | null | undefined) {
  if (id) navigate(issueAddress(id), { replace: true });
  else announce("No further issue in this list");
}

/** The place in the list that the reader came from, else among all open issues. */
function neighbours(view: IssueView | undefined, list: PlaceInList | undefined): Neighbours {
  if (list) return { previous: list.previous, next: list.next, text: `${count(list.place)} of ${list.total}` };
  if (!view) return { previous: undefined, next: undefined, text: "" };
  const text = view.rank ? `${count(view.rank)} of ${count(view.of)}` : "";
  return { previous: view.previous, next: view.next, text };
}

function Head({ view, list, near }: { view: IssueView; list: PlaceInList | undefined; near: Neighbours }) {
  const { issue } = view;
  const step = (to: string | null | undefined, label: string, key: string, icon: "up" | "down") => (
    <button
      type="button"
      className="btn sm icon"
      aria-label={`${label}, ${key}`}
      disabled={!to}
      onClick={() => to && navigate(issueAddress(to), { replace: true })}
    >
      <Icon name={icon} small />
    </button>
  );
  return (
    <div className="iss-crumb">
      <nav className="crumb" aria-label="Path">
        <Link to="/queue">Queue</Link>
        {list && list.address !== "/queue" && (
          <>
            <Icon name="right" small />
            <Link to={list.address}>{list.label}</Link>
          </>
        )}
        <Icon name="right" small />
        <code>{issue.id}</code>
        <button
          type="button"
          className="btn sm ghost icon"
          aria-label="Copy the id"
          onClick={() => void copy(issue.id, issue.id)}
        >
          <Icon name="copy" small />
        </button>
      </nav>
      <span className="row end">
        <span className="n dim">{near.text}</span>
        {step(near.previous, "Previous", "K", "up")}
        {step(near.next, "Next", "J", "down")}
      </span>
    </div>
  );
}

function Summary({ view }: { view: IssueView }) {
  const now = useNow();
  const { issue } = view;
  const press = issue.due ? due(issue.due, now).press : "later";
  const look = { late: "stop-t m", soon: "warn-t m", later: "muted" }[press];
  const open = issue.state === "open" || issue.state === "in_progress";
  return (
    <ul className="iss-summary">
      <li>
        <TierPill tier={issue.tier} />
      </li>
      {issue.due && (
        <li className={look}>
          due <When at={issue.due} now={now} />
          {press === "late" && ", late"}
        </li>
      )}
      {issue.state !== "open" && (
        <li>
          <StateTag state={issue.state} />
        </li>
      )}
      <li className="muted">
        {open ? "Open since" : "First seen"} <When at={issue.first_seen} now={now} as="date" />
      </li>
      {issue.identifiers.slice(0, 4).map((identifier) => (
        <li key={identifier} className="muted">
          <Link to={vulnerabilityAddress(identifier)} className="plain-link">
            {identifier}
          </Link>
        </li>
      ))}
      {issue.identifiers.length > 4 && <li className="dim">and {issue.identifiers.length - 4} more</li>}
      {issue.cwes.map((cwe) => (
        <li key={cwe} className="muted">
          CWE-{cwe}
        </li>
      ))}
    </ul>
  );
}

interface BodyProps {
  view: IssueView;
  list: PlaceInList | undefined;
  near: Neighbours;
  busy: boolean;
}

function IssueBody({ view, list, near, busy }: BodyProps) {
  const { issue } = view;
  const { hash } = useAddress();
  const [changing, setChanging] = useState(false);
  useEffect(() => {
    if (hash) document.getElementById(hash)?.scrollIntoView();
  }, [hash]);

  const answer = (action: "accept" | "reject") => {
    const first = issue.suggestions?.[0];
    if (first) void answerSuggestion(issue.id, first.finding, action);
  };
  const toRank = () => {
    navigate(`${issueAddress(issue.id)}#rank`, { replace: true });
    document.getElementById("rank")?.scrollIntoView();
    document.getElementById("rank")?.focus();
  };
  useKeys({
    e: (event) => {
      event.preventDefault();
      setChanging(true);
    },
    b: toRank,
    i: () => announce(readFacts(sixFacts(issue))),
    y: () => answer("accept"),
    n: () => answer("reject"),
    ".": () => void copy(issue.id, issue.id),
  });

  return (
    <div className="iss" aria-busy={busy}>
      <Head view={view} list={list} near={near} />
      {view.redirected_from && (
        <p className="iss-note" role="note">
          <code>{view.redirected_from}</code> was merged into this issue.
        </p>
      )}
      <div className="iss-cols">
        <div className="iss-main">
          <header>
            <h1 title={titleOf(issue)}>{titleOf(issue)}</h1>
            <Summary view={view} />
            {issue.outgrown && <p className="iss-note">{issue.outgrown}</p>}
            <NoFixWillCome of={issue.end_of_life} className="iss-note" />
          </header>
          <What issue={issue} />
          <Rank view={view} />
          <Links view={view} />
          <History view={view} />
        </div>
        <Side view={view} onState={() => setChanging(true)} />
      </div>
      <div className="iss-bar">
        <button type="button" className="btn primary" onClick={() => setChanging(true)}>
          State
        </button>
      </div>
      <StateDialog ids={changing ? [issue.id] : []} current={issue.state} onClose={() => setChanging(false)} />
    </div>
  );
}
