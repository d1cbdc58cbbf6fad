import { useQuery } from "@tanstack/react-query";
import { suiteQuery, unplacedQuery } from "../../api/queries";
import { Link } from "../../app/router";
import { useTitle } from "../../app/title";
import { count } from "../../format/number";
import { kindWord } from "../../format/words";
import { TeamName } from "../../parts/Names";
import { Asked } from "../../parts/State";
import { CoverageTabs } from "./Tabs";
import "./coverage.css";

/** How many of each team's services have the full suite of scans. */
export default function SuitePage() {
  useTitle("Coverage by team");
  const query = useQuery(suiteQuery);
  const { data: unplaced } = useQuery(unplacedQuery);
  return (
    <div className="page stack">
      <header className="page-head">
        <h1>Coverage</h1>
      </header>
      <CoverageTabs unplaced={unplaced?.length} />
      <Asked query={query} what="Coverage by team could not be read">
        {(rows) =>
          rows.length === 0 ? (
            <div className="empty">
              <h2>No service is known yet</h2>
              <p className="muted">Services come from the inventory.</p>
            </div>
          ) : (
            <section className="panel" aria-label="Teams, least covered first">
              <header>
                <h2>Services with the full suite</h2>
                <span className="end">least covered first</span>
              </header>
              <div className="scroll-x">
                <table className="list">
                  <thead>
                    <tr>
                      <th scope="col">Team</th>
                      <th scope="col" className="r">
                        Fully scanned
                      </th>
                      <th scope="col">Share</th>
                      <th scope="col">Lacking</th>
                    </tr>
                  </thead>
                  <tbody>
                    {[...rows]
                      .sort((a, b) => a.percent - b.percent || b.services - a.services)
                      .map((row) => (
                        <tr key={row.team ?? ""}>
                          <th scope="row">
                            <TeamName name={row.team} />
                          </th>
                          <td data-label="Fully scanned" className="r n">
                            <Link
                              to={row.team ? `/coverage?team=${encodeURIComponent(row.team)}` : "/coverage"}
                              className="plain-link b"
                            >
                              {count(row.full)} of {count(row.services)}
                            </Link>
                          </td>
                          <td data-label="Share">
                            <span className="suite-share">
                              <span className="meter" aria-hidden="true">
                                <i style={{ width: `${row.percent}%` }} />
                              </span>
                              <span className="n">{row.percent} %</span>
                            </span>
                          </td>
                          <td data-label="Lacking" className="muted">
                            {Object.entries(row.lacking)
                              .map(([kind, n]) => `${kindWord(kind)} in ${count(n)}`)
                              .join(", ") || "nothing"}
                          </td>
                        </tr>
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
