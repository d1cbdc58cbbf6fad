import { useQueries, useQuery } from "@tanstack/react-query";
import { facetsQuery, suiteQuery, teamsQuery } from "../../api/queries";
import { Link, term } from "../../app/router";
import { useTitle } from "../../app/title";
import { QUEUE_STATES } from "../../filter/parse";
import { count, plural } from "../../format/number";
import { URGENT_TERM, worstFirst } from "../../parts/counts";
import { TeamName } from "../../parts/Names";
import { CountLink, OpenCells } from "../../parts/QueueNumbers";
import { Asked } from "../../parts/State";

const UNOWNED = "is:unowned";

/** Teams, to find one; how they compare is no matter of this page. */
export default function TeamsPage() {
  useTitle("Teams");
  const query = useQuery(teamsQuery);
  const { data: facets } = useQuery(facetsQuery("", QUEUE_STATES));
  const { data: suite } = useQuery(suiteQuery);
  const covered = new Map((suite ?? []).map((row) => [row.team, row]));
  const unowned = facets?.views.no_owner ?? 0;
  const adrift = useQueries({
    queries: [URGENT_TERM, "is:late"].map((more) => ({
      ...facetsQuery(`${UNOWNED} ${more}`, QUEUE_STATES),
      enabled: unowned > 0,
    })),
  });
  const [urgent, late] = adrift.map(({ data }) => data?.total);
  return (
    <div className="page stack">
      <header className="page-head">
        <h1>Teams</h1>
      </header>
      <Asked query={query} what="The teams could not be read">
        {(rows) =>
          rows.length === 0 ? (
            <div className="empty">
              <h2>No team is known yet</h2>
              <p className="muted">
                Teams come from the inventory: <code>muster.yaml</code>, a Backstage catalogue or CODEOWNERS.
              </p>
            </div>
          ) : (
            <section className="panel" aria-label="Teams, the most urgent first">
              <header>
                <h2>{plural(rows.length, "team", "teams")}</h2>
                <span className="end">most urgent issues first, then most late</span>
              </header>
              <div className="scroll-x">
                <table className="list">
                  <thead>
                    <tr>
                      <th scope="col">Team</th>
                      {["Services", "Urgent", "Late", "Open"].map((head) => (
                        <th key={head} scope="col" className="r">
                          {head}
                        </th>
                      ))}
                      <th scope="col" className="r">
                        Fully scanned
                      </th>
                      <th scope="col">Reached at</th>
                    </tr>
                  </thead>
                  <tbody>
                    {worstFirst(
                      rows,
                      (row) => row.issues,
                      (row) => row.team.name,
                    ).map((row) => {
                      const filter = term("team", row.team.name);
                      const scans = covered.get(row.team.name);
                      return (
                        <tr key={row.team.name}>
                          <th scope="row">
                            <TeamName name={row.team.name} />
                          </th>
                          <td data-label="Services" className="r n">
                            {count(row.services)}
                          </td>
                          <OpenCells issues={row.issues} filter={filter} />
                          <td data-label="Fully scanned" className="r n">
                            {scans ? (
                              <Link
                                to={`/coverage?team=${encodeURIComponent(row.team.name)}`}
                                className="plain-link"
                                title={`${count(scans.full)} of ${plural(scans.services, "service", "services")}`}
                              >
                                {scans.percent} %
                              </Link>
                            ) : (
                              <span className="dim">–</span>
                            )}
                          </td>
                          <td data-label="Reached at" className="muted">
                            {row.team.targets.slack ?? row.team.targets.email ?? "–"}
                          </td>
                        </tr>
                      );
                    })}
                    {unowned > 0 && (
                      <tr>
                        <th scope="row" className="warn-t">
                          no owner
                        </th>
                        <td data-label="Services" className="r dim">
                          –
                        </td>
                        <td data-label="Urgent" className="r">
                          {urgent !== undefined && <CountLink n={urgent} q={`${UNOWNED} ${URGENT_TERM}`} />}
                        </td>
                        <td data-label="Late" className="r">
                          {late !== undefined && <CountLink n={late} q={`${UNOWNED} is:late`} bad />}
                        </td>
                        <td data-label="Open" className="r">
                          <CountLink n={unowned} q={UNOWNED} />
                        </td>
                        <td />
                        <td />
                      </tr>
                    )}
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
