import { useQuery } from "@tanstack/react-query";
import type { InventoryFact, ServiceView } from "../../api/estate";
import { serviceQuery } from "../../api/queries";
import { useNow } from "../../app/clock";
import { useKeys } from "../../app/keys";
import { applicationAddress, back, Link, queueAddress, term } from "../../app/router";
import { useTitle } from "../../app/title";
import { sentence } from "../../format/words";
import { Icon } from "../../parts/Icon";
import { Known } from "../../parts/Names";
import { Numbers } from "../../parts/Numbers";
import { OwnerChain } from "../../parts/OwnerChain";
import { queueNumbers } from "../../parts/QueueNumbers";
import { Asked } from "../../parts/State";
import { TopFixes } from "../../parts/TopFixes";
import { TopIssues } from "../../parts/TopIssues";
import { When } from "../../parts/When";
import { Scans } from "./Scans";
import "./service.css";

const sourceText = ({ file, line }: InventoryFact["source"]): string => (line > 0 ? `${file}:${line}` : file);

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
                <th scope="row">{sentence(fact.what)}</th>
                <td data-label="Value">{fact.value}</td>
                <td data-label="Of" className="muted">
                  {fact.of}
                </td>
                <td data-label="Source">
                  <code>{sourceText(fact.source)}</code>
                </td>
                <td data-label="Since" className="muted">
                  {fact.at ? <When at={fact.at} now={now} as="date" /> : "always"}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** What runs where, since when. */
function Deployments({ view }: { view: ServiceView }) {
  const now = useNow();
  return (
    <section className="panel" aria-label="Runs now">
      <header>
        <h2>Runs now</h2>
        <span className="end">by environment</span>
      </header>
      <ul className="body svc-runs">
        {view.deployments.length === 0 && (
          <li className="muted">
            No deployment is recorded. One line in the pipeline does:{" "}
            <code>muster deploy --service {view.service.name}</code>
          </li>
        )}
        {view.deployments.map((run) => (
          <li key={`${run.environment} ${run.image ?? run.commit}`}>
            <b className="m">{run.environment}</b>
            <code>{run.image ?? run.commit}</code>
            <span className="dim">
              since <When at={run.since} now={now} />
            </span>
          </li>
        ))}
      </ul>
    </section>
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
      </dl>
    </section>
  );
}

function Body({ view }: { view: ServiceView }) {
  const { service } = view;
  const filter = term("service", service.name);
  return (
    <>
      <header className="page-head">
        <h1>{service.name}</h1>
        {service.exposure !== "unknown" && <span className="pill">{service.exposure}</span>}
        <Link to={queueAddress({ q: filter })} className="btn end">
          Whole queue
        </Link>
      </header>
      <Numbers label="How it stands" of={queueNumbers(service.issues, filter)} />
      <div className="cols">
        <div className="stack">
          <TopFixes q={filter} title="Do these next" limit={5} />
          <TopIssues q={filter} />
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
            </div>
          </section>
          <Place view={view} />
          <Deployments view={view} />
        </div>
      </div>
      <Facts facts={view.facts} />
    </>
  );
}

/** What is known of this one deployable? */
export default function ServicePage({ name }: { name: string }) {
  useTitle(name);
  useKeys({ Escape: () => back("/applications") });
  const query = useQuery(serviceQuery(name));
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
      <Asked query={query} what="The service could not be read">
        {(view) => <Body view={view} />}
      </Asked>
    </div>
  );
}
