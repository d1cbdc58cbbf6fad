import type { Finding, FlowStep, Issue } from "../../api/types";
import { copy } from "../../app/actions";
import { fixAddress, Link } from "../../app/router";
import { Icon } from "../../parts/Icon";

/** The finding that says most: a description first, then a way from source to sink. */
function fullest(findings: Finding[]): Finding | undefined {
  const says = (finding: Finding) =>
    (finding.description ? 4 : 0) + (finding.remediation ? 2 : 0) + ((finding.flow?.length ?? 0) > 1 ? 1 : 0);
  let best: Finding | undefined;
  for (const finding of findings) if (!best || says(finding) > says(best)) best = finding;
  return best;
}

const LONG = 420;

/** Scanner text: shown as text, never as HTML; long ones fold. */
function ScannerText({ text }: { text: string }) {
  if (text.length <= LONG) return <p className="lead scanner">{text}</p>;
  const cut = text.lastIndexOf(" ", LONG);
  return (
    <details className="scanner-more">
      <summary className="lead scanner">
        {text.slice(0, cut > 0 ? cut : LONG)}… <span className="link">All of it</span>
      </summary>
      <p className="lead scanner">{text.slice(cut > 0 ? cut : LONG)}</p>
    </details>
  );
}

const stepPlace = (step: FlowStep): string => {
  const line = step.line ? `:${step.line}` : "";
  return step.path ? `${step.path}${line}` : (step.symbol ?? "");
};

const MOST_STEPS = 8;

/** From where the input enters to where it does harm. */
function Flow({ steps }: { steps: FlowStep[] }) {
  const shown = steps.length > MOST_STEPS ? [...steps.slice(0, MOST_STEPS - 1), ...steps.slice(-1)] : steps;
  const role = (at: number) => (at === 0 ? "Enters" : at === shown.length - 1 ? "Ends" : "Passes");
  return (
    <>
      <ol className="flow" aria-label="From source to sink">
        {shown.map((step, at) => (
          <li key={`${at} ${stepPlace(step)}`}>
            <span className="dim xs">{step.message || role(at)}</span>
            <code>{stepPlace(step)}</code>
          </li>
        ))}
      </ol>
      {shown.length < steps.length && (
        <p className="note">{steps.length - shown.length} steps between are not shown.</p>
      )}
    </>
  );
}

function PackagePath({ finding }: { finding: Finding }) {
  const pack = finding.package;
  if (!pack?.name) return null;
  return (
    <dl className="dl what-package">
      <dt>Package</dt>
      <dd>
        <code>
          {pack.name} {pack.version}
        </code>
        {pack.direct !== undefined && <span className="dim"> {pack.direct ? "direct" : "transitive"}</span>}
      </dd>
      {pack.file && (
        <>
          <dt>Comes from</dt>
          <dd>
            <code>{pack.file}</code>
          </dd>
        </>
      )}
      {(pack.chain?.length ?? 0) > 1 && (
        <>
          <dt>Through</dt>
          <dd>
            <code>{pack.chain?.join(" → ")}</code>
          </dd>
        </>
      )}
      {(pack.fixed?.length ?? 0) > 0 && (
        <>
          <dt>Fixed in</dt>
          <dd>
            <code>{pack.fixed?.join(", ")}</code>
          </dd>
        </>
      )}
    </dl>
  );
}

/** What it is, and what ends it: the developer's first question. */
export function What({ issue }: { issue: Issue }) {
  const findings = issue.findings ?? [];
  const best = fullest(findings);
  const flow = findings.find((finding) => (finding.flow?.length ?? 0) > 1)?.flow;
  const pack = findings.find((finding) => finding.package?.name);
  const remedy = findings.find((finding) => finding.remediation)?.remediation;
  const fix = issue.fix;
  return (
    <section className="panel" aria-labelledby="what-head">
      <header>
        <h2 id="what-head">What it is, and the fix</h2>
        {best?.description && <span className="end">as {best.tool} describes it</span>}
      </header>
      <div className="body what">
        <p className="what-place">
          <code>{issue.place}</code>
        </p>
        {best?.description ? (
          <ScannerText text={best.description} />
        ) : (
          <p className="lead">No tool describes it further.</p>
        )}
        {flow && <Flow steps={flow} />}
        {pack && <PackagePath finding={pack} />}
        {(fix || remedy || issue.remedy) && (
          <div className="what-fix">
            <Icon name="check" small />
            <div>
              {fix && (
                <p className="lead">
                  <b className="m">{fix}</b>{" "}
                  <button
                    type="button"
                    className="btn sm ghost icon"
                    aria-label="Copy the fix"
                    onClick={() => void copy(fix, "Fix")}
                  >
                    <Icon name="copy" small />
                  </button>
                </p>
              )}
              {issue.remedy && (
                <p>
                  <Link to={fixAddress(issue.remedy.fix)} className="link">
                    The change that ends it, and what else it ends
                  </Link>
                </p>
              )}
              {remedy && remedy !== fix && <ScannerText text={remedy} />}
            </div>
          </div>
        )}
      </div>
    </section>
  );
}
