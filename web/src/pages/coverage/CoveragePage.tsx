import { useQuery } from "@tanstack/react-query";
import { coverageQuery, inventoryQuery, unplacedQuery } from "../../api/queries";
import { Link, navigate, useAddress } from "../../app/router";
import { useTitle } from "../../app/title";
import { count, plural } from "../../format/number";
import { kindWord } from "../../format/words";
import { Problem } from "../../parts/Problem";
import { CellDialog } from "./CellDialog";
import { CoverageGrid } from "./CoverageGrid";
import { Legend } from "./Legend";
import { failsBeside, inOrder, kindsOf, type Order, type ServiceStanding, share, standings } from "./standing";
import { CoverageTabs } from "./Tabs";
import "./coverage.css";

const ORDERS: [Order, string, string][] = [
  ["gaps", "Gaps first", "Most gaps first, each weighted by the criticality of the application."],
  ["team", "By team", "By team, then by name."],
  ["name", "By name", "By name."],
];

/** What was not looked at, in one sentence. */
function Story({ list }: { list: ServiceStanding[] }) {
  const of = (standing: ServiceStanding["standing"]) => list.filter((each) => each.standing === standing).length;
  const [stale, lacking, beside] = [of("stale"), of("lacking"), list.filter(failsBeside).length];
  return (
    <p className="cov-story">
      <b>
        {count(of("full"))} of {count(list.length)}
      </b>{" "}
      services have every required scan, complete and fresh. {count(stale)} {stale === 1 ? "has" : "have"} stale ones,{" "}
      {count(lacking)} {lacking === 1 ? "lacks" : "lack"} some.
      {beside > 0 && ` In ${count(beside)} a tool failed beside one that is fresh.`}
    </p>
  );
}

/** A bar a kind. */
function Shares({ list, kinds }: { list: ServiceStanding[]; kinds: string[] }) {
  return (
    <ul className="panel cov-kinds" aria-label="Services with a fresh complete scan, by kind">
      {kinds.map((kind) => {
        const { fresh, of } = share(list, kind);
        return (
          <li key={kind}>
            <p className="row">
              <span>{kindWord(kind)}</span>
              <b className="n end">
                {count(fresh)} of {count(of)}
              </b>
            </p>
            <div className="meter" aria-hidden="true">
              <i style={{ width: `${of > 0 ? (100 * fresh) / of : 0}%` }} />
            </div>
          </li>
        );
      })}
    </ul>
  );
}

/** What did we not look at? Service by kind of scan; `?view=` is the order, `?team=` narrows, `?cell=SERVICE:KIND` opens one. */
export default function CoveragePage() {
  useTitle("Coverage");
  const { search } = useAddress();
  const { data: rows, error, refetch } = useQuery(coverageQuery);
  const { data: inventory } = useQuery(inventoryQuery);
  const { data: unplaced } = useQuery(unplacedQuery);
  const order = ORDERS.find(([id]) => id === search.get("view")) ?? ORDERS[0];
  const team = search.get("team");
  const address = (change: Record<string, string | undefined>) => {
    const next = new URLSearchParams(search);
    for (const [name, value] of Object.entries(change)) {
      if (value) next.set(name, value);
      else next.delete(name);
    }
    return next.size > 0 ? `/coverage?${next}` : "/coverage";
  };
  const all = standings(rows ?? [], inventory).filter((each) => !team || each.team === team);
  const kinds = kindsOf(rows ?? []);
  const [cellService, cellKind] = (search.get("cell") ?? "").split(/:(?=[^:]*$)/);
  const cell = rows?.find((row) => row.service !== "" && row.service === cellService && row.kind === cellKind);
  const outside = rows?.filter((row) => row.service === "") ?? [];
  return (
    <div className="page stack">
      <header className="page-head">
        <h1>Coverage</h1>
        {rows && all.length > 0 && <Story list={all} />}
      </header>
      <CoverageTabs unplaced={unplaced?.length} />
      {error && <Problem what="Coverage could not be read" error={error} retry={() => void refetch()} />}
      {!rows && !error && <span className="grey cov-grey" />}
      {rows && all.length === 0 && (
        <div className="empty">
          <h2>{team ? `${team} has no service` : "No service is known yet"}</h2>
          <p className="muted">
            Coverage is counted by service, and services come from the inventory: write <code>muster.yaml</code> and run{" "}
            <code>muster inventory apply muster.yaml</code>.
          </p>
        </div>
      )}
      {all.length > 0 && (
        <>
          <Shares list={all} kinds={kinds} />
          <section className="panel" aria-labelledby="services">
            <header>
              <h2 id="services">{plural(all.length, "service", "services")}</h2>
              {team && (
                <Link to={address({ team: undefined })} className="tag">
                  team {team} ×<span className="vh"> remove</span>
                </Link>
              )}
              <span className="note">{order?.[2]}</span>
              <nav className="seg end" aria-label="Order">
                {ORDERS.map(([id, label]) => (
                  <Link
                    key={id}
                    to={address({ view: id === "gaps" ? undefined : id })}
                    aria-current={order?.[0] === id ? "page" : undefined}
                  >
                    {label}
                  </Link>
                ))}
              </nav>
            </header>
            <CoverageGrid
              list={inOrder(all, order?.[0] ?? "gaps")}
              kinds={kinds}
              cell={(service, kind) => address({ cell: `${service}:${kind}` })}
            />
          </section>
          <Legend />
          <p className="note">
            Required are SAST, SCA and secrets where a service has a repository, container where it has an image, DAST
            where it has an address.
          </p>
          {outside.length > 0 && (
            <p className="note">
              Not counted: {outside.map((row) => kindWord(row.kind)).join(", ")} scans of targets that no service has.{" "}
              {unplaced && unplaced.length > 0 ? (
                <Link to="/coverage/unplaced" className="link">
                  What is not placed
                </Link>
              ) : (
                <Link to="/imports?tab=streams" className="link">
                  What comes from where
                </Link>
              )}
            </p>
          )}
        </>
      )}
      <CellDialog row={cell} onClose={() => navigate(address({ cell: undefined }))} />
    </div>
  );
}
