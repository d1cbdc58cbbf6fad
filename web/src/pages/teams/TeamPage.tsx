import { useQueries, useQuery } from "@tanstack/react-query";
import type { TeamView } from "../../api/estate";
import { facetsQuery, notificationsQuery, suiteQuery, teamQuery, trendQuery } from "../../api/queries";
import { useKeys } from "../../app/keys";
import { back, Link, queueAddress, teamAddress, term, useAddress } from "../../app/router";
import { useTitle } from "../../app/title";
import { QUEUE_STATES } from "../../filter/parse";
import { count, plural } from "../../format/number";
import { AsOfField } from "../../parts/AsOfField";
import { Icon } from "../../parts/Icon";
import { ApplicationName } from "../../parts/Names";
import { Numbers } from "../../parts/Numbers";
import { momentOf, PastBand } from "../../parts/past";
import { queueNumbers } from "../../parts/QueueNumbers";
import { ServiceTable } from "../../parts/ServiceTable";
import { Asked } from "../../parts/State";
import { Notices } from "../../parts/Notices";
import { TopFixes } from "../../parts/TopFixes";
import { TrendPanel } from "../../parts/Trend";
import { timeToFix } from "../../parts/trend";
import "../services/service.css";

const WAITS = [
  { more: "has:suggestion", one: "suggested merge", many: "suggested merges" },
  { more: "is:late", one: "late issue", many: "late issues" },
  { more: "due:<7d -is:late", one: "issue due in 7 days", many: "issues due in 7 days" },
];

/** What only this team can answer. */
function Waiting({ filter }: { filter: string }) {
  const counted = useQueries({ queries: WAITS.map(({ more }) => facetsQuery(`${filter} ${more}`, QUEUE_STATES)) });
  const some = WAITS.map((wait, at) => ({ ...wait, n: counted[at]?.data?.total ?? 0 })).filter(({ n }) => n > 0);
  return (
    <section className="panel" aria-label="Waits for the team">
      <header>
        <h2>Waits for the team</h2>
      </header>
      <ul className="body svc-runs">
        {counted.every(({ data }) => data) && some.length === 0 && <li className="muted">Nothing.</li>}
        {some.map(({ n, one, many, more }) => (
          <li key={more}>
            <Link to={queueAddress({ q: `${filter} ${more}` })} className="link">
              {plural(n, one, many)}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Newly known vulnerabilities that a row of the page names. */
const NOTICES = 5;

/** What became known of the team's packages; nothing where nothing did. */
function Told({ team }: { team: string }) {
  const { data } = useQuery(notificationsQuery(team, NOTICES + 1));
  if (!data || data.length === 0) return null;
  return (
    <section className="panel" aria-label="Newly known">
      <header>
        <h2>Newly known</h2>
        {data.length > NOTICES && (
          <Link to={`/components/notices?team=${encodeURIComponent(team)}`} className="link end">
            All
          </Link>
        )}
      </header>
      <Notices list={data.slice(0, NOTICES)} owner={false} />
    </section>
  );
}

function Body({ view, past }: { view: TeamView; past: boolean }) {
  const { team, issues } = view.team;
  const filter = term("team", team.name);
  const { data: suite } = useQuery({ ...suiteQuery, enabled: !past });
  const covered = suite?.find((row) => row.team === team.name);
  // Lists of the queue are of now: of a past day only the numbers stand.
  const numbers = queueNumbers(issues, filter).map(({ to, ...number }) => (past || !to ? number : { ...number, to }));
  const { data: trend } = useQuery({ ...trendQuery(filter), enabled: !past });
  if (!past) numbers.push(timeToFix(trend?.time_to_fix));
  if (covered && !past) {
    numbers.push({
      value: `${covered.percent} %`,
      label: "of services fully scanned",
      note: `${count(covered.full)} of ${count(covered.services)}`,
      to: `/coverage?team=${encodeURIComponent(team.name)}`,
    });
  }
  const { slack, email, jira_project } = team.targets;
  return (
    <>
      <header className="page-head">
        <h1>{team.name}</h1>
        <span className="muted team-targets">
          <span>{plural(view.services.length, "service", "services")}</span>
          {[slack, email, jira_project].filter(Boolean).map((target) => (
            <span key={target}>{target}</span>
          ))}
        </span>
        <span className="row end team-acts">
          <AsOfField />
          <Link to={`/coverage?team=${encodeURIComponent(team.name)}`} className="btn">
            Coverage
          </Link>
          <Link to={queueAddress({ q: filter })} className="btn">
            Whole queue
          </Link>
        </span>
      </header>
      <Numbers label="How it stands" of={numbers} />
      <div className={past ? "stack" : "cols"}>
        {!past && <TopFixes q={filter} title="Do these ten next" limit={10} />}
        <div className="stack">
          {!past && <Waiting filter={filter} />}
          {!past && <Told team={team.name} />}
          <section className="panel" aria-label="Applications">
            <header>
              <h2>Applications</h2>
              <span className="end">by name</span>
            </header>
            <ul className="body svc-runs">
              {view.applications.length === 0 && <li className="muted">It owns none as a whole.</li>}
              {view.applications.map((name) => (
                <li key={name}>
                  <ApplicationName name={name} />
                </li>
              ))}
            </ul>
          </section>
        </div>
      </div>
      {!past && <TrendPanel q={filter} dayOf={(day) => `${teamAddress(team.name)}?at=${encodeURIComponent(day)}`} />}
      <section className="panel" aria-label="Services, the most urgent first">
        <header>
          <h2>Services</h2>
          <span className="end">most urgent issues first; all issues of a service, whoever owns them</span>
        </header>
        {view.services.length > 0 ? (
          <ServiceTable services={view.services} owner={false} />
        ) : (
          <p className="body muted">No service is its own.</p>
        )}
      </section>
    </>
  );
}

/** What are our next ten changes? */
export default function TeamPage({ name }: { name: string }) {
  useTitle(name);
  useKeys({ Escape: () => back("/teams") });
  const { search } = useAddress();
  const at = momentOf(search.get("at"));
  const query = useQuery(teamQuery(name, at));
  return (
    <div className="page stack">
      <nav className="crumb" aria-label="Path">
        <Link to="/teams">Teams</Link>
        <Icon name="right" small />
        <span>{name}</span>
      </nav>
      {at && <PastBand at={at} now={teamAddress(name)} />}
      <Asked query={query} what="The team could not be read">
        {(view) => <Body view={view} past={at !== ""} />}
      </Asked>
    </div>
  );
}
