import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { importQuery } from "../../api/queries";
import type { ImportDetail } from "../../api/types";
import { useNow } from "../../app/clock";
import { back, Link } from "../../app/router";
import { useKeys } from "../../app/keys";
import { useTitle } from "../../app/title";
import { count, plural } from "../../format/number";
import { COVERAGE_WORDS, streamText } from "../../format/words";
import { Icon } from "../../parts/Icon";
import { Problem } from "../../parts/Problem";
import { When } from "../../parts/When";
import { RetractDialog } from "./RetractDialog";
import { closedNothing, Result } from "./Result";
import { WarningList } from "./WarningList";
import "./imports.css";

function Numbers({ row }: { row: ImportDetail }) {
  const numbers: [number, string, string][] = [
    [row.findings, "findings read", `${count(row.unchanged)} seen before`],
    [row.new, "new findings", "not seen before in this stream"],
    [row.reopened, "reopened", "with history and owner"],
    [row.fixed, "gone from the scan", row.fixed > 0 ? "closed by it" : "nothing was closed"],
    [row.held, "closures held", row.held > 0 ? "wait for the next complete report" : "none waits"],
  ];
  return (
    <dl className="panel numbers">
      {numbers.map(([n, label, note]) => (
        <div key={label}>
          <dd className="num">{count(n)}</dd>
          <dt>{label}</dt>
          <dd>{note}</dd>
        </div>
      ))}
    </dl>
  );
}

function Warnings({ row }: { row: ImportDetail }) {
  if (row.warnings.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="warnings">
      <header>
        <h2 id="warnings">{plural(row.warnings.length, "warning", "warnings")}</h2>
        <span className="end">by place in the file; the rest of the report was kept</span>
      </header>
      <div className="body">
        <WarningList warnings={row.warnings} />
      </div>
    </section>
  );
}

/** One report: what it changed, what it covered, what was odd in it. */
export default function ImportPage({ id }: { id: string }) {
  const now = useNow();
  const { data: row, error, refetch } = useQuery(importQuery(id));
  useTitle(row ? row.report : "Import");
  useKeys({ Escape: () => back("/imports") });
  const nothing = row && closedNothing(row);
  const [retracting, setRetracting] = useState(false);
  return (
    <div className="page">
      <nav className="crumb" aria-label="Path">
        <Link to="/imports">Imports</Link>
        <Icon name="right" small />
        <code>{id}</code>
      </nav>
      {!row && !error && <span className="grey imp-grey" />}
      {error && <Problem what="The import could not be read" error={error} retry={() => void refetch()} />}
      {row && (
        <div className="imp-one">
          <header className="page-head">
            <h1 className="imp-name">{row.report}</h1>
            <Result row={{ ...row, warnings: row.warnings.length }} />
            {!row.retracted && (
              <button type="button" className="btn end" onClick={() => setRetracting(true)}>
                <Icon name="undo" small />
                Take back…
              </button>
            )}
            <Link to="/imports/new" className={row.retracted ? "btn end" : "btn"}>
              Import files
            </Link>
          </header>
          {row.retracted && (
            <p className="imp-note">
              Taken back <When at={row.retracted} now={now} />. History is as if it had not come.
            </p>
          )}
          {row.error && (
            <p className="imp-note is-bad">
              <b>Not read:</b> {row.error}. None of its findings is stored.
            </p>
          )}
          {nothing && <p className="imp-note">{nothing}</p>}
          <Numbers row={row} />
          <section className="panel" aria-labelledby="about">
            <header>
              <h2 id="about">The scan</h2>
            </header>
            <dl className="body dl">
              <dt>Tool</dt>
              <dd>{row.tool ?? "–"}</dd>
              <dt>Format</dt>
              <dd>{row.format ?? "–"}</dd>
              <dt>Scope</dt>
              <dd>{streamText(row.stream) || "–"}</dd>
              <dt>Coverage</dt>
              <dd>
                {row.coverage ? COVERAGE_WORDS[row.coverage] : "–"}
                {row.coverage_reason && <span className="muted">: {row.coverage_reason}</span>}
              </dd>
              {row.version && (
                <>
                  <dt>Version</dt>
                  <dd>
                    <code>{row.version}</code>
                  </dd>
                </>
              )}
              <dt>Scan ran</dt>
              <dd>{row.at ? <When at={row.at} now={now} /> : "not stated"}</dd>
              <dt>Came</dt>
              <dd>
                <When at={row.recorded} now={now} />
              </dd>
            </dl>
          </section>
          <Warnings row={row} />
          <RetractDialog row={row} open={retracting} onClose={() => setRetracting(false)} />
        </div>
      )}
    </div>
  );
}
