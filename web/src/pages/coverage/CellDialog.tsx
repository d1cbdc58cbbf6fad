import type { CoverageRow } from "../../api/estate";
import { copy } from "../../app/actions";
import { useNow } from "../../app/clock";
import { Link, queueAddress } from "../../app/router";
import { plural } from "../../format/number";
import { kindWord } from "../../format/words";
import { Icon } from "../../parts/Icon";
import { ScanMark } from "../../parts/ScanMark";
import { When } from "../../parts/When";
import { Window } from "../../parts/Window";

const MEANS: Record<CoverageRow["state"], string> = {
  fresh: "A tool scanned completely within 30 days.",
  stale: "The newest complete scan is older than 30 days.",
  failed: "The newest scan of a tool says that it failed, and none is fresh. It closed nothing.",
  partial: "Only parts were scanned, so nothing proves that what is missing is gone.",
  never: "No scan of this kind was ever seen.",
};

const LOOK: Record<CoverageRow["state"], string> = {
  fresh: "ok-t",
  stale: "warn-t",
  failed: "stop-t",
  partial: "warn-t",
  never: "stop-t",
};

/** One cell of the grid: what was seen, and how to close the gap. */
export function CellDialog({ row, onClose }: { row: CoverageRow | undefined; onClose: () => void }) {
  const now = useNow();
  if (!row) return null;
  const short = row.short ?? [];
  const line = `muster import --service ${row.service} reports/${row.kind}/`;
  return (
    <Window open title={`${kindWord(row.kind)} of ${row.service}`} onClose={onClose}>
      <div className="cov-cell">
        <p>
          <ScanMark row={row} now={now} /> {MEANS[row.state]}
        </p>
        <dl className="dl">
          <dt>Tools</dt>
          <dd>{row.tools.join(", ") || "none seen"}</dd>
          <dt>Complete</dt>
          <dd>{row.last_complete ? <When at={row.last_complete} now={now} /> : "never"}</dd>
          <dt>Required</dt>
          <dd>{row.required ? "yes, by what the service has" : "no; shown because it came"}</dd>
        </dl>
        {short.length > 0 && (
          <>
            <p className="m">{plural(short.length, "tool falls short", "tools fall short")}; failed first</p>
            <ul className="cov-short">
              {short.map((each) => (
                <li key={`${each.tool} ${each.target} ${each.scanned}`}>
                  <b className="m">{each.tool}</b> <span className={LOOK[each.state]}>{each.state}</span>{" "}
                  <span className="dim">
                    {each.target}, <When at={each.scanned} now={now} />
                  </span>
                  {each.because && <p className="muted xs">{each.because}</p>}
                </li>
              ))}
            </ul>
          </>
        )}
        {row.state !== "fresh" && (
          <>
            <p className="m">To close the gap, in the pipeline behind the scan:</p>
            <p className="cov-line">
              <code>{line}</code>
              <button type="button" className="btn sm" onClick={() => void copy(line, "Line")}>
                <Icon name="copy" small />
                Copy
              </button>
            </p>
          </>
        )}
        <p className="row">
          <Link to={queueAddress({ q: `service:${row.service} kind:${row.kind}` })} className="link">
            Its open issues
          </Link>
          <Link to="/imports?tab=streams" className="link">
            Streams of reports
          </Link>
        </p>
      </div>
    </Window>
  );
}
