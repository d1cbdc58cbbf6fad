import { useInfiniteQuery } from "@tanstack/react-query";
import { importsQuery } from "../../api/queries";
import type { ImportRow } from "../../api/types";
import { useNow } from "../../app/clock";
import { importAddress, Link } from "../../app/router";
import { useTitle } from "../../app/title";
import { count, plural } from "../../format/number";
import { streamText } from "../../format/words";
import { MiddleCut } from "../../parts/MiddleCut";
import { Problem } from "../../parts/Problem";
import { When } from "../../parts/When";
import { closedNothing, Result } from "./Result";
import "./imports.css";

const NUMBERS = [
  ["findings", "Findings"],
  ["new", "New"],
  ["unchanged", "Unchanged"],
  ["reopened", "Reopened"],
  ["fixed", "Gone"],
] as const;

function Row({ row, now }: { row: ImportRow; now: Date }) {
  const note = row.error ?? (row.coverage === "failed" ? closedNothing(row) : undefined);
  return (
    <tr>
      <td className="imp-when">
        <When at={row.recorded} now={now} />
      </td>
      <td className="imp-file">
        <Link to={importAddress(row.id)} className="link">
          <MiddleCut text={row.report} className="mono" />
        </Link>
      </td>
      <td className="imp-tool">{row.tool ?? row.format ?? "–"}</td>
      <td className="imp-scope muted">
        <MiddleCut text={streamText(row.stream)} />
      </td>
      {note && (
        <td colSpan={NUMBERS.length} className="imp-why muted">
          {note}
        </td>
      )}
      {!note &&
        NUMBERS.map(([name, label]) => (
          <td
            key={name}
            className={row[name] > 0 && name !== "findings" && name !== "unchanged" ? "n r b" : "n r muted"}
            data-label={label}
          >
            {count(row[name])}
          </td>
        ))}
      <td className="imp-result">
        <Result row={row} />
      </td>
    </tr>
  );
}

/** Which reports came, and what they changed. Those that need a look stand on top. */
export default function ImportsPage() {
  useTitle("Imports");
  const now = useNow();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(importsQuery);
  const rows = data?.pages.flatMap((page) => page.items) ?? [];
  const bad = rows.filter((row) => row.error || row.coverage === "failed" || row.held > 0);
  return (
    <div className="page">
      <header className="page-head">
        <h1>Imports</h1>
        {bad.length > 0 && <span className="pill warn">{plural(bad.length, "needs a look", "need a look")}</span>}
        <Link to="/imports/new" className="btn primary end">
          Import files
        </Link>
      </header>
      {error && rows.length === 0 && (
        <Problem what="The imports could not be read" error={error} retry={() => void refetch()} />
      )}
      {data && rows.length === 0 && (
        <div className="empty">
          <h2>No report has come yet</h2>
          <p className="muted">
            Drop reports on{" "}
            <Link to="/imports/new" className="link">
              Import files
            </Link>
            , or run <code>muster import reports/</code>.
          </p>
        </div>
      )}
      {!data && !error && <span className="grey imp-grey" />}
      {rows.length > 0 && (
        <section className="panel scroll-x" aria-label="Reports, newest first">
          <table className="imp">
            <thead>
              <tr>
                <th scope="col">Came</th>
                <th scope="col">Report</th>
                <th scope="col">Tool</th>
                <th scope="col" className="imp-scope">
                  Scope
                </th>
                {NUMBERS.map(([name, label]) => (
                  <th key={name} scope="col" className="r">
                    {label}
                  </th>
                ))}
                <th scope="col">Result</th>
              </tr>
            </thead>
            <tbody>
              {bad.map((row) => (
                <Row key={`bad ${row.id}`} row={row} now={now} />
              ))}
              {rows
                .filter((row) => !bad.includes(row))
                .map((row) => (
                  <Row key={row.id} row={row} now={now} />
                ))}
            </tbody>
          </table>
        </section>
      )}
      {hasNextPage && (
        <button
          type="button"
          className="btn imp-more"
          disabled={isFetchingNextPage}
          onClick={() => void fetchNextPage()}
        >
          Show older
        </button>
      )}
    </div>
  );
}
