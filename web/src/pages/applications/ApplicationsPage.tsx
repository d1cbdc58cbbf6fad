import { useQuery } from "@tanstack/react-query";
import type { ApplicationRow } from "../../api/estate";
import { applicationsQuery } from "../../api/queries";
import { Link, term } from "../../app/router";
import { useTitle } from "../../app/title";
import { count, plural } from "../../format/number";
import { worstFirst } from "../../parts/counts";
import { ApplicationName, Known, TeamName } from "../../parts/Names";
import { OpenCells } from "../../parts/QueueNumbers";
import { Asked } from "../../parts/State";

function Row({ row }: { row: ApplicationRow }) {
  const filter = term("app", row.name);
  return (
    <tr>
      <th scope="row">
        <ApplicationName name={row.name} />
      </th>
      <td data-label="Criticality">
        <Known word={row.criticality} />
      </td>
      <td data-label="Owner">
        <TeamName name={row.owner} />
      </td>
      <td data-label="Exposure">
        <Known word={row.exposure} />
      </td>
      <td data-label="Services" className="r n">
        {count(row.services.length)}
      </td>
      <OpenCells issues={row.issues} filter={filter} />
      <td data-label="Rules" className="muted">
        {row.compliance.join(", ") || "–"}
      </td>
    </tr>
  );
}

/** Applications and how each stands. */
export default function ApplicationsPage() {
  useTitle("Applications");
  const query = useQuery(applicationsQuery);
  return (
    <div className="page stack">
      <header className="page-head">
        <h1>Applications</h1>
        <Link to="/coverage/unplaced" className="btn end">
          What is not placed
        </Link>
      </header>
      <Asked query={query} what="The applications could not be read">
        {(rows) =>
          rows.length === 0 ? (
            <div className="empty">
              <h2>No application is known yet</h2>
              <p className="muted">
                They come from the inventory: write <code>muster.yaml</code> and run{" "}
                <code>muster inventory apply muster.yaml</code>. Backstage catalogues are read too.
              </p>
            </div>
          ) : (
            <section className="panel" aria-label="Applications, the most urgent first">
              <header>
                <h2>{plural(rows.length, "application", "applications")}</h2>
                <span className="end">most urgent issues first, then most late</span>
              </header>
              <div className="scroll-x">
                <table className="list">
                  <thead>
                    <tr>
                      <th scope="col">Application</th>
                      <th scope="col">Criticality</th>
                      <th scope="col">Owner</th>
                      <th scope="col">Exposure</th>
                      {["Services", "Urgent", "Late", "Open"].map((head) => (
                        <th key={head} scope="col" className="r">
                          {head}
                        </th>
                      ))}
                      <th scope="col">Rules</th>
                    </tr>
                  </thead>
                  <tbody>
                    {worstFirst(
                      rows,
                      (row) => row.issues,
                      (row) => row.name,
                    ).map((row) => (
                      <Row key={row.name} row={row} />
                    ))}
                  </tbody>
                </table>
              </div>
            </section>
          )
        }
      </Asked>
    </div>
  );
}
