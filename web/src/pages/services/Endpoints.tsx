import { useQuery } from "@tanstack/react-query";
import { apisQuery } from "../../api/queries";
import { Link } from "../../app/router";
import { count, plural } from "../../format/number";
import { Asked } from "../../parts/State";
import { PROBLEMS } from "../apis/problems";

/** Endpoints that are named. */
const SHOWN = 6;

/** What answers, those with gaps first, and how many have which gap. */
export function Endpoints({ service }: { service: string }) {
  const query = useQuery(apisQuery({ service, team: "", q: "" }));
  const all = `/apis/${encodeURIComponent(service)}`;
  return (
    <section className="panel" aria-label="Endpoints">
      <header>
        <h2>Endpoints</h2>
        {query.data && query.data.items.length > 0 && (
          <Link to={all} className="link end">
            All {count(query.data.items.length)}
          </Link>
        )}
      </header>
      <div className="body svc-apis">
        <Asked query={query} what="The endpoints could not be read">
          {({ items }) => {
            if (items.length === 0) {
              return (
                <p className="muted">
                  None is known. <code>muster routes apply --service {service} openapi.yaml</code>
                </p>
              );
            }
            const gaps = Object.entries(PROBLEMS)
              .map(([name, { label }]) => ({
                name,
                label,
                n: items.filter(({ problems }) => problems.some((problem) => problem === name)).length,
              }))
              .filter(({ n }) => n > 0);
            const first = [...items].sort((a, b) => b.problems.length - a.problems.length || b.issues.length - a.issues.length);
            return (
              <>
                {gaps.length > 0 && (
                  <p className="row svc-gaps">
                    {gaps.map(({ name, label, n }) => (
                      <Link key={name} to={`${all}?gap=${name}`} className="pill warn">
                        {label} {count(n)}
                      </Link>
                    ))}
                  </p>
                )}
                <ul className="svc-endpoints">
                  {first.slice(0, SHOWN).map((row) => (
                    <li key={`${row.method} ${row.pattern}`}>
                      <code>
                        <b>{row.method}</b> {row.pattern}
                      </code>
                      <span className="muted">
                        {[
                          ...row.problems.map((problem) => PROBLEMS[problem].label.toLowerCase()),
                          ...(row.issues.length > 0 ? [plural(row.issues.length, "issue", "issues")] : []),
                        ].join(", ")}
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
