import { useQuery } from "@tanstack/react-query";
import type { ApplicationView } from "../../api/estate";
import { applicationQuery, coverageQuery, trendQuery } from "../../api/queries";
import { useKeys } from "../../app/keys";
import { back, Link, queueAddress, term } from "../../app/router";
import { useTitle } from "../../app/title";
import { count, plural } from "../../format/number";
import { Icon } from "../../parts/Icon";
import { TeamName } from "../../parts/Names";
import { Numbers } from "../../parts/Numbers";
import { queueNumbers } from "../../parts/QueueNumbers";
import { ServiceTable } from "../../parts/ServiceTable";
import { Asked } from "../../parts/State";
import { TopFixes } from "../../parts/TopFixes";
import { TopIssues } from "../../parts/TopIssues";
import { TrendPanel } from "../../parts/Trend";
import { timeToFix } from "../../parts/trend";
import { standings } from "../coverage/standing";

function Body({ view }: { view: ApplicationView }) {
  const { application, services } = view;
  const filter = term("app", application.name);
  const { data: coverage } = useQuery(coverageQuery);
  const { data: trend } = useQuery(trendQuery(filter));
  const own = new Set(services.map(({ name }) => name));
  const standing = standings(coverage ?? [], undefined).filter(({ service }) => own.has(service));
  const lacking = standing.filter((each) => each.standing !== "full").map(({ service }) => service);
  return (
    <>
      <header className="page-head">
        <h1>{application.name}</h1>
        {application.criticality !== "unknown" && <span className="pill">Criticality {application.criticality}</span>}
        <span className="muted">
          {plural(services.length, "service", "services")}, owner <TeamName name={application.owner} />
          {application.compliance.length > 0 && `, ${application.compliance.join(", ")}`}
        </span>
        <Link to={queueAddress({ q: filter })} className="btn end">
          Whole queue
        </Link>
        <a className="btn" href={`/api/v1/applications/${encodeURIComponent(application.name)}/vex`} download>
          <Icon name="imports" small />
          VEX
        </a>
      </header>
      <Numbers
        label="How it stands"
        of={[
          ...queueNumbers(application.issues, filter),
          timeToFix(trend?.time_to_fix),
          {
            value: coverage ? `${count(standing.length - lacking.length)} of ${count(services.length)}` : "–",
            label: "services fully scanned",
            note:
              lacking.length === 0
                ? "complete and fresh"
                : `${lacking.slice(0, 2).join(", ")} ${lacking.length > 2 ? "and others are" : lacking.length === 2 ? "are" : "is"} not`,
            to: "/coverage",
          },
        ]}
      />
      <section className="panel" aria-label="Services, the most urgent first">
        <header>
          <h2>Services</h2>
          <span className="end">most urgent issues first</span>
        </header>
        <ServiceTable services={services} />
      </section>
      <TrendPanel q={filter} />
      <TopFixes q={filter} title="Changes that remove most risk" limit={5} />
      <TopIssues q={filter} />
      <p className="note">
        Declared in{" "}
        <code>
          {application.source.file}
          {application.source.line > 0 && `:${application.source.line}`}
        </code>
      </p>
    </>
  );
}

/** How does this application stand? */
export default function ApplicationPage({ name }: { name: string }) {
  useTitle(name);
  useKeys({ Escape: () => back("/applications") });
  const query = useQuery(applicationQuery(name));
  return (
    <div className="page stack">
      <nav className="crumb" aria-label="Path">
        <Link to="/applications">Applications</Link>
        <Icon name="right" small />
        <span>{name}</span>
      </nav>
      <Asked query={query} what="The application could not be read">
        {(view) => <Body view={view} />}
      </Asked>
    </div>
  );
}
