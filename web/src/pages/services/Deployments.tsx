import type { Deployment, ServiceView } from "../../api/estate";
import { useNow } from "../../app/clock";
import { When } from "../../parts/When";

const what = (run: Deployment): string => run.image ?? run.commit ?? "";

/** What the release gate had said; nothing where the delivery does not tell. */
function Gate({ run }: { run: Deployment }) {
  if (!run.gate) return <span className="dim">not told</span>;
  if (run.gate === "none") return <>no gate</>;
  const bypassed = run.gate === "bypassed";
  return (
    <>
      <span className={bypassed ? "tag stop-t" : "tag"}>{bypassed ? "bypassed the gate" : "passed"}</span>
      {run.gate_reason && <span className="muted"> {run.gate_reason}</span>}
    </>
  );
}

/** What runs where, since when. */
export function Runs({ view, past }: { view: ServiceView; past: boolean }) {
  const now = useNow();
  const title = past ? "Ran then" : "Runs now";
  return (
    <section className="panel" aria-label={title}>
      <header>
        <h2>{title}</h2>
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
          <li key={`${run.environment} ${what(run)}`}>
            <b className="m">{run.environment}</b>
            <code>{what(run)}</code>
            {run.built_from && (
              <span className="muted">
                built from <code>{run.built_from.slice(0, 12)}</code>, by its label
              </span>
            )}
            <span className="dim">
              since <When at={run.since} now={now} />
              {run.gate === "bypassed" && <b className="stop-t">, bypassed the gate</b>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Every version that shipped, with what the gate had said. */
export function Shipped({ list }: { list: Deployment[] }) {
  const now = useNow();
  if (list.length === 0) return null;
  return (
    <section className="panel" aria-label="Shipped versions">
      <header>
        <h2>Shipped versions</h2>
        <span className="end">newest first, at most 50</span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must be able to reach it. */}
      <section className="scroll-x" tabIndex={0} aria-label="Versions and environments">
        <table className="list svc-shipped">
          <thead>
            <tr>
              <th scope="col">Version</th>
              <th scope="col">Environment</th>
              <th scope="col">Since</th>
              <th scope="col">Until</th>
              <th scope="col">Gate</th>
              <th scope="col">Told by</th>
            </tr>
          </thead>
          <tbody>
            {list.map((run) => (
              <tr key={`${run.environment} ${what(run)} ${run.since}`}>
                <th scope="row">
                  <code className="svc-version">{what(run)}</code>
                  {run.built_from && (
                    <span className="muted xs">
                      {" "}
                      built from <code>{run.built_from.slice(0, 12)}</code>
                    </span>
                  )}
                </th>
                <td data-label="Environment">{run.environment}</td>
                <td data-label="Since">
                  <When at={run.since} now={now} />
                </td>
                <td data-label="Until">{run.until ? <When at={run.until} now={now} /> : <b className="m">runs</b>}</td>
                <td data-label="Gate">
                  <Gate run={run} />
                </td>
                <td data-label="Told by" className="muted">
                  {run.source}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
