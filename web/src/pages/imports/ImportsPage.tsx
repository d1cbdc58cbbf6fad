import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { importsQuery, streamsQuery } from "../../api/queries";
import type { ImportRow } from "../../api/types";
import { useNow } from "../../app/clock";
import { importAddress, Link, useAddress } from "../../app/router";
import { useTitle } from "../../app/title";
import { count, plural } from "../../format/number";
import { streamText } from "../../format/words";
import { MiddleCut } from "../../parts/MiddleCut";
import { Problem } from "../../parts/Problem";
import { When } from "../../parts/When";
import { closedNothing, Result } from "./Result";
import { StreamTable } from "./Streams";
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

/** The reports by arrival. */
function Reports() {
  const now = useNow();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(importsQuery);
  const rows = data?.pages.flatMap((page) => page.items) ?? [];
  if (error && rows.length === 0)
    return <Problem what="The imports could not be read" error={error} retry={() => void refetch()} />;
  if (!data) return <span className="grey imp-grey" />;
  if (rows.length === 0) {
    return (
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
    );
  }
  return (
    <>
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
            {rows.map((row) => (
              <Row key={row.id} row={row} now={now} />
            ))}
          </tbody>
        </table>
      </section>
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
    </>
  );
}

/** Streams that need a look and stand above the reports; all of them are a list of their own. */
const MOST_BAD = 8;

/** Which reports came and what they changed; what failed or fell silent stands on top. `?tab=streams` has all streams. */
export default function ImportsPage() {
  useTitle("Imports");
  const { search } = useAddress();
  const { data: streams, error, refetch } = useQuery(streamsQuery);
  const all = search.get("tab") === "streams";
  const bad = streams?.filter(({ state }) => state === "failed" || state === "silent") ?? [];
  return (
    <div className="page imp-list">
      <header className="page-head">
        <h1>Imports</h1>
        <nav className="seg" aria-label="Show">
          <Link to="/imports" aria-current={all ? undefined : "page"}>
            Reports
          </Link>
          <Link to="/imports?tab=streams" aria-current={all ? "page" : undefined}>
            Streams {streams && <span className="n dim">{count(streams.length)}</span>}
          </Link>
        </nav>
        <Link to="/imports/new" className="btn primary end">
          Import files
        </Link>
      </header>
      {error && <Problem what="The streams could not be read" error={error} retry={() => void refetch()} />}
      {bad.length > 0 && !all && (
        <div className="imp-part">
          <h2>{plural(bad.length, "stream needs a look", "streams need a look")}</h2>
          <p className="note">Failed first, then silent; of these the longest untouched first. They close nothing.</p>
          <StreamTable streams={bad.slice(0, MOST_BAD)} label="Streams that failed or fell silent" />
          {bad.length > MOST_BAD && (
            <p>
              <Link to="/imports?tab=streams" className="link">
                All {count(bad.length)} of them, before the others
              </Link>
            </p>
          )}
        </div>
      )}
      {all && streams && (
        <div className="imp-part">
          <p className="note">
            A stream is what one tool says of one target on one branch. Failed first, then silent, partial and regular;
            of these the longest untouched first.
          </p>
          <StreamTable streams={streams} label="Streams" />
        </div>
      )}
      {!all && (
        <div className="imp-part">
          {bad.length > 0 && <h2>Reports</h2>}
          <p className="note">Newest arrival first.</p>
          <Reports />
        </div>
      )}
    </div>
  );
}
