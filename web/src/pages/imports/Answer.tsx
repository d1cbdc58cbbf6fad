import type { ReportRow } from "../../api/types";
import { importAddress, Link } from "../../app/router";
import { count, plural } from "../../format/number";
import { streamText } from "../../format/words";
import { MiddleCut } from "../../parts/MiddleCut";
import { closedNothing, Result } from "./Result";
import type { Run } from "./run";
import { WarningList } from "./WarningList";

const NUMBERS = ["findings", "new", "unchanged", "reopened", "fixed"] as const;

function Row({ row }: { row: ReportRow }) {
  const note = row.error ?? closedNothing(row);
  return (
    <tr>
      <td className="imp-file">
        {row.id ? (
          <Link to={importAddress(row.id)} className="link">
            <MiddleCut text={row.report} className="mono" />
          </Link>
        ) : (
          <MiddleCut text={row.report} className="mono" />
        )}
      </td>
      <td className="imp-tool">{row.tool ?? "–"}</td>
      <td className="imp-scope muted">
        <MiddleCut text={streamText(row.stream)} />
      </td>
      {note ? (
        <td colSpan={NUMBERS.length} className="imp-why muted">
          {note}
        </td>
      ) : (
        NUMBERS.map((name) => (
          <td key={name} className="n r" data-label={name === "fixed" ? "gone" : name}>
            {count(row[name])}
          </td>
        ))
      )}
      <td className="imp-result">
        <Result row={{ ...row, warnings: row.warnings.length }} />
      </td>
    </tr>
  );
}

/** Warnings by file, of all files that have some. */
function Warnings({ rows }: { rows: ReportRow[] }) {
  const some = rows.filter((row) => row.warnings.length > 0);
  if (some.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="odd">
      <header>
        <h2 id="odd">Warnings</h2>
        <span className="end">by file and place; the rest of each file was kept</span>
      </header>
      <div className="body imp-form">
        {some.map((row, at) => (
          <div key={row.id ?? `${row.report} ${at}`}>
            <h3 className="mono imp-odd">{row.report}</h3>
            <WarningList warnings={row.warnings} />
          </div>
        ))}
      </div>
    </section>
  );
}

interface AnswerProps {
  run: Run;
  onAgain: () => void;
  /** Called when the reader goes on to the queue. */
  onOpen?: (() => void) | undefined;
}

/** What the import did, a row a report. */
export function Answer({ run, onAgain, onOpen }: AnswerProps) {
  const { issues, reports } = run.answer;
  const numbers: [number, string][] = [
    [issues.new, "new issues"],
    [issues.reopened, "reopened"],
    [issues.fixed, "fixed"],
    [issues.open, "open now"],
  ];
  return (
    <div className="imp-form">
      {run.state === "stopped" && (
        <p className="imp-note">
          Stopped: {plural(run.files - run.done, "file was", "files were")} not sent. What was read before is stored.
        </p>
      )}
      <dl className="panel numbers">
        {numbers.map(([n, label]) => (
          <div key={label}>
            <dd className="num">{count(n)}</dd>
            <dt>{label}</dt>
          </div>
        ))}
      </dl>
      <section className="panel scroll-x" aria-label="Reports, in the order that they were read">
        <table className="imp">
          <thead>
            <tr>
              {["Report", "Tool", "Scope"].map((head) => (
                <th key={head} scope="col" className={head === "Scope" ? "imp-scope" : undefined}>
                  {head}
                </th>
              ))}
              {["Findings", "New", "Unchanged", "Reopened", "Gone"].map((head) => (
                <th key={head} scope="col" className="r">
                  {head}
                </th>
              ))}
              <th scope="col">Result</th>
            </tr>
          </thead>
          <tbody>
            {reports.map((row, at) => (
              <Row key={row.id ?? `${row.report} ${at}`} row={row} />
            ))}
          </tbody>
        </table>
      </section>
      <Warnings rows={reports} />
      <div className="row">
        <Link to="/queue" className="btn primary" onClick={onOpen}>
          Open the queue
        </Link>
        <button type="button" className="btn" onClick={onAgain}>
          Import more
        </button>
        <span className="muted">{plural(reports.filter((row) => !row.error).length, "report", "reports")} read</span>
      </div>
    </div>
  );
}
