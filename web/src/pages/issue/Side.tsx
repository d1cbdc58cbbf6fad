import { type ReactNode, useState } from "react";
import type { Decision, Issue, IssueView } from "../../api/types";
import { useNow } from "../../app/clock";
import { applicationAddress, Link, serviceAddress, teamAddress } from "../../app/router";
import { percent } from "../../format/number";
import { due, left } from "../../format/time";
import { sentence } from "../../format/words";
import { FactList } from "../../parts/Facts";
import { OwnerChain, TierReasons } from "../../parts/OwnerChain";
import { When } from "../../parts/When";
import { FactLedger } from "./Facts";
import { distinct } from "./findings";
import { NotMine } from "./NotMine";
import { VexList } from "./VexList";

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function Owner({ issue }: { issue: Issue }) {
  const { owner } = issue;
  const [asking, setAsking] = useState(false);
  return (
    <Part title="Owner">
      {owner.team ? (
        <Link to={teamAddress(owner.team)} className="side-big">
          {owner.team}
        </Link>
      ) : (
        <p className="side-big">No owner</p>
      )}
      <OwnerChain owner={owner} />
      {owner.because.length > 1 && <p className="note">The most specific source wins.</p>}
      <button type="button" className="btn sm side-not-mine" onClick={() => setAsking(true)}>
        {owner.team ? "Not mine…" : "Give to a team…"}
      </button>
      <NotMine issue={issue} open={asking} onClose={() => setAsking(false)} />
    </Part>
  );
}

function Deadline({ issue }: { issue: Issue }) {
  const now = useNow();
  const press = issue.due ? due(issue.due, now).press : "later";
  const look = { late: "stop-t m", soon: "warn-t m", later: "muted" }[press];
  return (
    <Part title="Deadline">
      {issue.due ? (
        <p className="side-line">
          <span className="side-big">
            <When at={issue.due} now={now} />
          </span>
          <span className={look}>{left(issue.due, now)}</span>
        </p>
      ) : (
        <p className="side-big">No deadline</p>
      )}
      <p>{issue.tier.label}</p>
      <TierReasons tier={issue.tier} />
    </Part>
  );
}

const MOST = 6;

function Names({ names }: { names: string[] }) {
  return (
    <>
      {names.slice(0, MOST).join(", ")}
      {names.length > MOST && <span className="dim"> and {names.length - MOST} more</span>}
    </>
  );
}

function Services({ names }: { names: string[] }) {
  return (
    <>
      {names.slice(0, MOST).map((name, at) => (
        <span key={name}>
          {at > 0 && ", "}
          <Link to={serviceAddress(name)}>{name}</Link>
        </span>
      ))}
      {names.length > MOST && <span className="dim"> and {names.length - MOST} more</span>}
    </>
  );
}

function Where({ issue }: { issue: Issue }) {
  const rows: [string, ReactNode][] = [];
  if (issue.application) {
    const to = applicationAddress(issue.application);
    rows.push([
      "Application",
      <Link key="a" to={to}>
        {issue.application}
      </Link>,
    ]);
  }
  if (issue.services.length > 0) rows.push(["Service", <Services key="s" names={issue.services} />]);
  if (issue.refs.length > 0)
    rows.push(["Open on", <Names key="r" names={issue.refs.map((ref) => ref || "default")} />]);
  if (issue.exposure && issue.exposure !== "unknown") rows.push(["Exposure", issue.exposure]);
  if (issue.data?.length) rows.push(["Data", issue.data.join(", ")]);
  if (issue.criticality && issue.criticality !== "unknown") rows.push(["Criticality", issue.criticality]);
  if (issue.compliance?.length) rows.push(["Rules", issue.compliance.join(", ")]);
  if (issue.tickets?.length) rows.push(["Tickets", issue.tickets.join(", ")]);
  rows.push(["Severity", `${issue.severity}${issue.severity_by ? `, says ${issue.severity_by}` : ""}`]);
  if (issue.epss !== undefined) rows.push(["EPSS", percent(issue.epss)]);
  return (
    <Part title="Where and what">
      <dl className="dl">
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Part>
  );
}

function DecisionItem({ decision }: { decision: Decision }) {
  const now = useNow();
  return (
    <li className={decision.ended ? "is-ended" : ""}>
      <p>
        <b className="m">{sentence(decision.kind)}</b>
        {decision.until && (
          <>
            {" until "}
            <When at={decision.until} now={now} as="date" />
          </>
        )}
        {decision.ended && <span className="dim"> ended</span>}
      </p>
      <p className="muted">{decision.reason}</p>
      <p className="dim xs">
        {decision.author}, <When at={decision.at} now={now} />
        {decision.approved_without_policy && ", approved at once: no policy asks for an approver"}
      </p>
    </li>
  );
}

function Decisions({ decisions }: { decisions: Decision[] }) {
  if (decisions.length === 0) return null;
  const newestFirst = [...decisions].sort((a, b) => b.at.localeCompare(a.at));
  return (
    <Part title="Decisions">
      <ul className="side-decisions">
        {newestFirst.map((decision) => (
          <DecisionItem key={decision.id} decision={decision} />
        ))}
      </ul>
    </Part>
  );
}

function Vex({ issue }: { issue: Issue }) {
  const statements = issue.vex ?? [];
  if (statements.length === 0 && !issue.vex_conflict) return null;
  return (
    <Part title="VEX">
      <VexList statements={statements} conflict={issue.vex_conflict} all={distinct(issue.findings).length} />
    </Part>
  );
}

export function Side({ view, onState }: { view: IssueView; onState: () => void }) {
  const { issue } = view;
  return (
    <aside className="side" aria-label="Facts and actions">
      <button type="button" className="btn primary side-act" onClick={onState}>
        State <kbd>E</kbd>
      </button>
      <Owner issue={issue} />
      <Deadline issue={issue} />
      <Part title="Six facts">
        <FactList issue={issue} />
        <FactLedger issue={issue.id} />
      </Part>
      <Decisions decisions={issue.decisions ?? []} />
      <Vex issue={issue} />
      <Where issue={issue} />
    </aside>
  );
}
