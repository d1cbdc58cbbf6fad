import { useQuery } from "@tanstack/react-query";
import type { InventoryFact, ServiceView } from "../../api/estate";
import { serviceQuery, trendQuery } from "../../api/queries";
import { useNow } from "../../app/clock";
import { useKeys } from "../../app/keys";
import { applicationAddress, back, Link, queueAddress, serviceAddress, term, useAddress } from "../../app/router";
import { useTitle } from "../../app/title";
import { sentence } from "../../format/words";
import { AsOfField } from "../../parts/AsOfField";
import { Conflicts, sourceText } from "../../parts/Conflicts";
import { Icon } from "../../parts/Icon";
import { Known, ServiceName } from "../../parts/Names";
import { Numbers } from "../../parts/Numbers";
import { OwnerChain } from "../../parts/OwnerChain";
import { momentOf, PastBand } from "../../parts/past";
import { queueNumbers } from "../../parts/QueueNumbers";
import { Asked } from "../../parts/State";
import { TopFixes } from "../../parts/TopFixes";
import { TopIssues } from "../../parts/TopIssues";
import { TrendPanel } from "../../parts/Trend";
import { timeToFix } from "../../parts/trend";
import { When } from "../../parts/When";
import { Runs, Shipped } from "./Deployments";
import { Endpoints } from "./Endpoints";
import { Packages } from "./Packages";
import { Scans } from "./Scans";
import "./service.css";

/** Every fact with the line that states it. */
function Facts({ facts }: { facts: InventoryFact[] }) {
  const now = useNow();
  return (
    <section className="panel" aria-label="Where each fact comes from">
      <header>
        <h2>Where each fact comes from</h2>
        <span className="end">in the order of the inventory</span>
      </header>
      <div className="scroll-x">
        <table className="list">
          <thead>
            <tr>
              <th scope="col">Fact</th>
              <th scope="col">Value</th>
              <th scope="col">Of</th>
              <th scope="col">Source</th>
              <th scope="col">Since</th>
            </tr>
          </thead>
          <tbody>
            {facts.map((fact) => (
              <tr key={`${fact.what} ${fact.value} ${fact.of} ${sourceText(fact.source)}`}>
                <th scope="row">{fact.what === "url" ? "Address" : sentence(fact.what)}</th>
                <td data-label="Value">{fact.value}</td>
                <td data-label="Of" className="muted">
                  {fact.of}
                </td>
                <td data-label="Source">
                  <code>{sourceText(fact.source)}</code>
                </td>
                <td data-label="Since" className="muted">
                  {fact.at ? <When at={fact.at} now={now} as="date" /> : fact.source.line > 0 ? "always" : "–"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function ServiceNames({ names }: { names: string[] }) {
  if (names.length === 0) return "–";
  return names.map((name, at) => (
    <span key={name}>
      {at > 0 && ", "}
      <ServiceName name={name} />
    </span>
  ));
}

/** People that a suggestion names. */
const PEOPLE = 3;

/** Who may own it by the log of git, where that is not who does. */
function Suggested({ view: { owner, suggested_owner: suggested } }: { view: ServiceView }) {
  if (!suggested || (suggested.team && suggested.team === owner.team)) return null;
  const people = suggested.people.slice(0, PEOPLE).map(({ who }) => who);
  return (
    <p className="muted svc-perhaps">
      Perhaps{" "}
      {suggested.team ? (
        <Link to={`/teams/${encodeURIComponent(suggested.team)}`}>{suggested.team}</Link>
      ) : (
        people.join(", ")
      )}
      : {suggested.because}
    </p>
  );
}

function Place({ view }: { view: ServiceView }) {
  const { service } = view;
  return (
    <section className="panel" aria-label="What it is">
      <header>
        <h2>What it is</h2>
      </header>
      <dl className="body dl">
        <dt>Application</dt>
        <dd>
          <Link to={applicationAddress(service.application)} className="link">
            {service.application}
          </Link>
        </dd>
        <dt>Repository</dt>
        <dd>
          {service.repository ? <code>{[service.repository, service.path].filter(Boolean).join(", ")}</code> : "–"}
        </dd>
        <dt>Images</dt>
        <dd>
          {view.images.map((image) => (
            <code key={image}>{image} </code>
          ))}
        </dd>
        <dt>Addresses</dt>
        <dd>{view.urls.join(", ") || "–"}</dd>
        <dt>Exposure</dt>
        <dd>
          <Known word={service.exposure} />
        </dd>
        <dt>Production</dt>
        <dd>
          <Known word={service.production} />
        </dd>
        <dt>Data</dt>
        <dd>{service.data.join(", ") || <Known word={undefined} />}</dd>
        <dt>Criticality</dt>
        <dd>
          <Known word={service.criticality} />
        </dd>
        <dt>Rules</dt>
        <dd>{view.compliance.join(", ") || "–"}</dd>
        <dt>Calls</dt>
        <dd>
          <ServiceNames names={view.depends_on} />
        </dd>
        <dt>Called by</dt>
        <dd>
          <ServiceNames names={view.used_by} />
        </dd>
      </dl>
    </section>
  );
}

function Body({ view, past }: { view: ServiceView; past: boolean }) {
  const { service } = view;
  const day = useAddress().search.get("at") ?? "";
  const filter = term("service", service.name);
  // Lists of the queue are of now: of a past day only the numbers stand.
  const numbers = queueNumbers(service.issues, filter).map(({ to, ...number }) =>
    past || !to ? number : { ...number, to },
  );
  const { data: trend } = useQuery({ ...trendQuery(filter), enabled: !past });
  if (!past) numbers.push(timeToFix(trend?.time_to_fix));
  return (
    <>
      <header className="page-head">
        <h1>{service.name}</h1>
        {service.exposure !== "unknown" && <span className="pill">{service.exposure}</span>}
        <span className="row end">
          <AsOfField />
          <Link to={queueAddress({ q: filter })} className="btn">
            Whole queue
          </Link>
        </span>
      </header>
      <Numbers label="How it stands" of={numbers} />
      <div className="cols">
        <div className="stack">
          {!past && (
            <TrendPanel q={filter} dayOf={(day) => `${serviceAddress(service.name)}?at=${encodeURIComponent(day)}`} />
          )}
          {!past && <TopFixes q={filter} title="Do these next" limit={5} />}
          {!past && <TopIssues q={filter} services={false} />}
          <Scans rows={view.scans} service={service.name} />
        </div>
        <div className="stack">
          <section className="panel" aria-label="Owner">
            <header>
              <h2>Owner</h2>
              <span className="end">the most specific source wins</span>
            </header>
            <div className="body">
              {view.owner.team ? (
                <Link to={`/teams/${encodeURIComponent(view.owner.team)}`} className="link svc-owner">
                  {view.owner.team}
                </Link>
              ) : (
                <p className="svc-owner warn-t">No owner</p>
              )}
              <OwnerChain owner={view.owner} />
              <Suggested view={view} />
            </div>
          </section>
          <Place view={view} />
          <Runs view={view} past={past} />
          <Packages service={service.name} at={momentOf(day)} day={day} />
          {!past && <Endpoints service={service.name} />}
        </div>
      </div>
      <Shipped list={view.shipped} />
      {view.conflicts.length > 0 && (
        <section className="panel" aria-label="Where sources disagree">
          <header>
            <h2>Where sources disagree</h2>
            <span className="end">each with the rule that decided</span>
          </header>
          <Conflicts list={view.conflicts} />
        </section>
      )}
      <Facts facts={view.facts} />
    </>
  );
}

/** What is known of this one deployable? */
export default function ServicePage({ name }: { name: string }) {
  useTitle(name);
  useKeys({ Escape: () => back("/applications") });
  const { search } = useAddress();
  const at = momentOf(search.get("at"));
  const query = useQuery(serviceQuery(name, at));
  const application = query.data?.service.application;
  return (
    <div className="page stack">
      <nav className="crumb" aria-label="Path">
        <Link to="/applications">Applications</Link>
        <Icon name="right" small />
        {application && (
          <>
            <Link to={applicationAddress(application)}>{application}</Link>
            <Icon name="right" small />
          </>
        )}
        <span>{name}</span>
      </nav>
      {at && <PastBand at={at} now={serviceAddress(name)} />}
      <Asked query={query} what="The service could not be read">
        {(view) => <Body view={view} past={at !== ""} />}
      </Asked>
    </div>
  );
}
