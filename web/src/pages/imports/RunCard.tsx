import { Link, useAddress } from "../../app/router";
import { plural } from "../../format/number";
import { Icon } from "../../parts/Icon";
import { Progress } from "./Progress";
import { clearRun, useRun } from "./run";
import "./imports.css";

/** The import that is under way, on every page but its own. */
export function RunCard() {
  const run = useRun();
  const { path } = useAddress();
  if (!run || path === "/imports/new") return null;
  return (
    <section className="run-card panel" aria-label="Import under way">
      {run.state === "running" ? (
        <Progress run={run} />
      ) : (
        <p className="row">
          <Icon name="check" small />
          <Link to="/imports" className="link" onClick={clearRun}>
            {plural(run.answer.reports.length, "report", "reports")} read,{" "}
            {plural(run.answer.issues.new, "new issue", "new issues")}
          </Link>
          <button type="button" className="btn sm ghost icon end" aria-label="Dismiss" onClick={clearRun}>
            <Icon name="close" small />
          </button>
        </p>
      )}
    </section>
  );
}
