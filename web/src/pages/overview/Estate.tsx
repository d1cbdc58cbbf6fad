import { useQuery } from "@tanstack/react-query";
import { applicationsQuery, teamsQuery } from "../../api/queries";
import { Link, term } from "../../app/router";
import { count } from "../../format/number";
import { URGENT_TERM, urgentOf, worstFirst } from "../../parts/counts";
import { ApplicationName, Known, TeamName } from "../../parts/Names";
import { CountLink, OpenCells } from "../../parts/QueueNumbers";
import { Asked } from "../../parts/State";

const SHOWN = 6;

/** Applications with the most urgent issues. */
export function WorstApplications() {
  const query = useQuery(applicationsQuery);
  return (
    <section className="panel" aria-label="Applications with the most urgent issues">
      <header>
        <h2>Applications with the most urgent issues</h2>
        {query.data && (
          <Link to="/applications" className="link end">
            All {count(query.data.length)}
          </Link>
        )}
      </header>
      <Asked query={query} what="The applications could not be read">
        {(rows) => (
          <div className="scroll-x">
            <table className="list">
              <thead>
                <tr>
                  <th scope="col">Application</th>
                  <th scope="col">Criticality</th>
                  {["Urgent", "Late", "Open"].map((head) => (
                    <th key={head} scope="col" className="r">
                      {head}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {worstFirst(
                  rows,
                  (row) => row.issues,
                  (row) => row.name,
                )
                  .slice(0, SHOWN)
                  .map((row) => {
                    const filter = term("app", row.name);
                    return (
                      <tr key={row.name}>
                        <th scope="row">
                          <ApplicationName name={row.name} />
                        </th>
                        <td data-label="Criticality">
                          <Known word={row.criticality} />
                        </td>
                        <OpenCells issues={row.issues} filter={filter} />
                      </tr>
                    );
                  })}
              </tbody>
            </table>
          </div>
        )}
      </Asked>
    </section>
  );
}

/** Urgent issues by team: a bar of those due in 3 days and in 14, on one scale. */
export function ByTeam() {
  const query = useQuery(teamsQuery);
  return (
    <section className="panel" aria-label="Urgent by team">
      <header>
        <h2>Urgent by team</h2>
        {query.data && (
          <Link to="/teams" className="link end">
            All {count(query.data.length)}
          </Link>
        )}
      </header>
      <div className="body">
        <Asked query={query} what="The teams could not be read">
          {(rows) => {
            const list = worstFirst(
              rows,
              (row) => row.issues,
              (row) => row.team.name,
            );
            const most = Math.max(1, ...list.map((row) => urgentOf(row.issues)));
            return (
              <ul className="by-team">
                {list.slice(0, SHOWN).map(({ team, issues }) => {
                  const filter = term("team", team.name);
                  return (
                    <li key={team.name}>
                      <TeamName name={team.name} />
                      <span className="by-bar" aria-hidden="true">
                        <i className="is-3" style={{ width: `${(100 * (issues.tiers["3d"] ?? 0)) / most}%` }} />
                        <i className="is-14" style={{ width: `${(100 * (issues.tiers["14d"] ?? 0)) / most}%` }} />
                      </span>
                      <CountLink n={urgentOf(issues)} q={`${filter} ${URGENT_TERM}`} />
                      <span className="xs stop-t">{issues.overdue > 0 && `${count(issues.overdue)} late`}</span>
                    </li>
                  );
                })}
              </ul>
            );
          }}
        </Asked>
        <p className="note by-key">
          <i className="is-3" aria-hidden="true" /> 3 days <i className="is-14" aria-hidden="true" /> 14 days
        </p>
      </div>
    </section>
  );
}
