import { useQuery } from "@tanstack/react-query";
import { trustQuery } from "../../api/queries";
import { plural } from "../../format/number";
import { sentence } from "../../format/words";
import { Asked } from "../../parts/State";

/** Whose VEX statements take an issue out of the queue. */
export function Trust() {
  const query = useQuery(trustQuery);
  return (
    <Asked query={query} what="The trust list could not be read">
      {(trust) => (
        <section className="panel" aria-label="Whose word counts">
          <header>
            <h2>Whose word counts</h2>
            <span className="end">VEX statements, for {plural(trust.max_age_days, "day", "days")} at most</span>
          </header>
          <div className="body">
            {trust.trusted.length === 0 ? (
              <p className="muted">
                Nobody is trusted yet: statements are shown and take nothing out of the queue. Name the authors in a
                trust list: <code>muster vex trust apply trust.yaml</code>
              </p>
            ) : (
              <ul className="intel-lines">
                {trust.trusted.map((entry) => (
                  <li key={`${entry.author} ${entry.products?.join(" ")}`}>
                    <b className="m">{entry.author}</b>{" "}
                    <span className="muted">
                      on {entry.products?.join(", ") ?? "everything"}
                      {entry.statuses && `, where it says ${entry.statuses.map(sentence).join(", ").toLowerCase()}`}
                    </span>
                  </li>
                ))}
              </ul>
            )}
          </div>
        </section>
      )}
    </Asked>
  );
}
