import { count, plural } from "../../format/number";
import { type Run, stopRun } from "./run";

/** How far an import is: done of total, and what counts already. */
export function Progress({ run }: { run: Run }) {
  const share = run.bytes > 0 ? run.bytesDone / run.bytes : run.done / Math.max(1, run.files);
  const percent = Math.round(100 * share);
  const words = `${count(run.done)} of ${plural(run.files, "file", "files")}`;
  return (
    <div className="run">
      <p className="row">
        <b className="m">{words}</b>
        <span className="end n">{percent} %</span>
      </p>
      <div
        className="meter"
        role="progressbar"
        aria-label="Import"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={words}
      >
        <i style={{ width: `${percent}%` }} />
      </div>
      <p className="xs muted">
        {plural(run.answer.issues.new, "new issue", "new issues")} so far, stored already.
        {run.now.length > 0 && (
          <>
            {" "}
            Now <code>{run.now[0]}</code>
            {run.now.length > 1 && ` and ${run.now.length - 1} more`}
          </>
        )}
      </p>
      <button type="button" className="btn sm" onClick={stopRun}>
        Stop after these
      </button>
    </div>
  );
}
