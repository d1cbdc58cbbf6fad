import { useQuery } from "@tanstack/react-query";
import { packagesOfServiceQuery } from "../../api/queries";
import { Link } from "../../app/router";
import { count, plural } from "../../format/number";
import { Asked } from "../../parts/State";
import { componentAddress, packagesAddress } from "../components/ComponentsPage";
import { packageName } from "../components/question";

/** Packages that are named. */
const SHOWN = 8;

/** What the service is made of: those that it names itself first. */
export function Packages({ service, at, day }: { service: string; at: string; day: string }) {
  const query = useQuery(packagesOfServiceQuery(service, at));
  const all = packagesAddress(service, day);
  return (
    <section className="panel" aria-label="Packages">
      <header>
        <h2>Packages</h2>
        {query.data?.total ? (
          <Link to={all} className="link end">
            All {count(query.data.total)}
          </Link>
        ) : null}
      </header>
      <div className="body svc-apis">
        <Asked query={query} what="The packages could not be read">
          {({ items, total = 0 }) => {
            if (items.length === 0) {
              return (
                <p className="muted">
                  None is known. <code>muster import --service {service} bom.cdx.json</code>
                </p>
              );
            }
            const direct = items.filter((row) => row.direct > 0);
            const told = items.some((row) => row.direct + row.transitive > 0);
            const over = items.filter((row) => (row.end_of_life ?? []).length > 0).length;
            const first = [...items].sort(
              (a, b) =>
                (b.end_of_life?.length ?? 0) - (a.end_of_life?.length ?? 0) || Number(b.direct > 0) - Number(a.direct > 0),
            );
            return (
              <>
                <p className="muted">
                  {items.length < total && `Of the first ${count(items.length)}: `}
                  {told ? plural(direct.length, "is a direct dependency", "are direct dependencies") : "No report says which are direct"}
                  {over > 0 && `, no fix will come for ${count(over)}`}.
                </p>
                <ul className="svc-endpoints">
                  {first.slice(0, SHOWN).map((row) => (
                    <li key={row.package}>
                      <span>
                        <Link to={componentAddress(row.package, day)} className="link">
                          {packageName(row.package)}
                        </Link>{" "}
                        <code>{row.versions.slice(-3).join(", ")}</code>
                      </span>
                      <span className="muted">
                        {row.direct > 0 ? "direct" : row.transitive > 0 ? "transitive" : ""}
                        {(row.end_of_life ?? []).length > 0 && " · no fix will come"}
                      </span>
                    </li>
                  ))}
                </ul>
              </>
            );
          }}
        </Asked>
      </div>
    </section>
  );
}
