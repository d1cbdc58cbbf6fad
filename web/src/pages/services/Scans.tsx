import type { CoverageRow } from "../../api/estate";
import { useNow } from "../../app/clock";
import { Link } from "../../app/router";
import { kindWord } from "../../format/words";
import { ScanMark } from "../../parts/ScanMark";
import { isShown } from "../coverage/standing";

/** How a service stands with each kind of scan. */
export function Scans({ rows, service }: { rows: CoverageRow[]; service: string }) {
  const now = useNow();
  return (
    <section className="panel" aria-label="Scans">
      <header>
        <h2>Scans</h2>
        <span className="end">required kinds first</span>
      </header>
      <ul className="body svc-scans">
        {rows
          .filter(isShown)
          .sort((a, b) => Number(b.required) - Number(a.required))
          .map((row) => (
            <li key={row.kind}>
              <Link to={`/coverage?cell=${encodeURIComponent(`${service}:${row.kind}`)}`} className="plain-link m">
                {kindWord(row.kind)}
              </Link>
              <ScanMark row={row} now={now} />
              <span className="muted xs">{row.tools.join(", ")}</span>
            </li>
          ))}
      </ul>
    </section>
  );
}
