import { useQuery } from "@tanstack/react-query";
import type { Fix, FixView } from "../../api/fixes";
import { fixQuery } from "../../api/queries";
import { copy } from "../../app/actions";
import { useNow } from "../../app/clock";
import { useKeys } from "../../app/keys";
import { back, issueAddress, Link } from "../../app/router";
import { useTitle } from "../../app/title";
import { count, decibans, plural, signed } from "../../format/number";
import { Due } from "../../parts/Due";
import { Facts } from "../../parts/Facts";
import { Icon } from "../../parts/Icon";
import { ApplicationName, ServiceName, TeamName } from "../../parts/Names";
import { Numbers } from "../../parts/Numbers";
import { titleOf } from "../../parts/place";
import { Asked } from "../../parts/State";
import { TierMark, TierPill } from "../../parts/Tier";
import "./fixes.css";

/** Versions on the way, and how many of the issues each ends. */
function Steps({ fix }: { fix: Fix }) {
  const steps = fix.steps ?? [];
  if (steps.length === 0) return null;
  const most = Math.max(...steps.map((step) => step.issues), 1);
  return (
    <section className="panel" aria-label="Versions on the way">
      <header>
        <h2>Versions on the way</h2>
        <span className="end">least version first; each ends what those before it end</span>
      </header>
      <ul className="body fix-steps">
        {steps.map((step) => (
          <li key={step.version}>
            <code className={step.version === fix.to ? "b" : ""}>{step.version}</code>
            <span className="meter" aria-hidden="true">
              <i style={{ width: `${(100 * step.issues) / most}%` }} />
            </span>
            <span className="n">ends {plural(step.issues, "issue", "issues")}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Issues({ view }: { view: FixView }) {
  const now = useNow();
  return (
    <section className="panel" aria-label="What it ends">
      <header>
        <h2>It ends {plural(view.issues.length, "issue", "issues")}</h2>
        <span className="end">highest score first</span>
      </header>
      <ul className="body-flush fix-issues-list">
        {view.issues.map((issue) => (
          <li key={issue.id}>
            <Link to={issueAddress(issue.id)} className="plain-link">
              {titleOf(issue)}
            </Link>
            <span className="dim xs">{issue.identifiers[0] ?? issue.id}</span>
            <TierMark tier={issue.tier} />
            <Facts issue={issue} />
            <b className="n r">{decibans(issue.score)}</b>
            <span className="n r">
              <Due at={issue.due} now={now} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Body({ view }: { view: FixView }) {
  const now = useNow();
  const { fix } = view;
  const text = `${fix.change}${fix.place ? ` (${fix.place})` : ""}: ends ${fix.issues.join(", ")}`;
  return (
    <>
      <header className="page-head">
        <h1>{fix.change}</h1>
        {fix.tier && <TierPill tier={fix.tier} />}
        <button type="button" className="btn end" onClick={() => void copy(text, "Change")}>
          <Icon name="copy" small />
          Copy for a ticket
        </button>
      </header>
      <Numbers
        label="What it does"
        of={[
          {
            value: count(fix.issues.length),
            label: fix.issues.length === 1 ? "issue ended" : "issues ended",
            note: (fix.known_exploited ?? 0) > 0 ? `${fix.known_exploited} known exploited` : "none known exploited",
          },
          {
            value: signed(fix.risk_removed),
            label: "risk removed",
            note: "the score that one issue would need to weigh as much",
          },
          { value: `${count(view.rank)} of ${count(view.of)}`, label: "place among all changes", to: "/fixes" },
          { value: <Due at={fix.due} now={now} />, label: "earliest deadline" },
        ]}
      />
      <div className="cols">
        <div className="stack">
          <Issues view={view} />
          <Steps fix={fix} />
        </div>
        <section className="panel" aria-label="Where">
          <header>
            <h2>Where</h2>
          </header>
          <dl className="body dl">
            <dt>Owner</dt>
            <dd>
              <TeamName name={fix.owner} />
            </dd>
            {fix.application && (
              <>
                <dt>Application</dt>
                <dd>
                  <ApplicationName name={fix.application} />
                </dd>
              </>
            )}
            <dt>Services</dt>
            <dd>
              {(fix.services ?? []).map((name) => (
                <span key={name} className="fix-name">
                  <ServiceName name={name} />{" "}
                </span>
              ))}
            </dd>
            <dt>Place</dt>
            <dd>
              <code>{fix.place ?? "–"}</code>
            </dd>
            {(fix.from ?? []).length > 0 && (
              <>
                <dt>Now</dt>
                <dd>
                  <code>{fix.from?.join(", ")}</code>
                </dd>
              </>
            )}
            {fix.to && (
              <>
                <dt>To</dt>
                <dd>
                  <code>{fix.to}</code>
                </dd>
              </>
            )}
            {(fix.identifiers ?? []).length > 0 && (
              <>
                <dt>Ends</dt>
                <dd>{fix.identifiers?.join(", ")}</dd>
              </>
            )}
          </dl>
        </section>
      </div>
    </>
  );
}

/** One change: what it ends, where it is made, whose it is. */
export default function FixPage({ id }: { id: string }) {
  const query = useQuery(fixQuery(id));
  useTitle(query.data?.fix.change ?? "Fix");
  useKeys({ Escape: () => back("/fixes") });
  return (
    <div className="page stack">
      <nav className="crumb" aria-label="Path">
        <Link to="/fixes">Fixes</Link>
        <Icon name="right" small />
        <code>{id}</code>
      </nav>
      <Asked query={query} what="The change could not be read">
        {(view) => <Body view={view} />}
      </Asked>
    </div>
  );
}
