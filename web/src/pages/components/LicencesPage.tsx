import { useQuery } from "@tanstack/react-query";
import type { LicenceVerdict } from "../../api/components";
import { licencesQuery } from "../../api/queries";
import { Link, useAddress } from "../../app/router";
import { useTitle } from "../../app/title";
import { count, plural } from "../../format/number";
import { Icon } from "../../parts/Icon";
import { ServiceName, TeamName } from "../../parts/Names";
import { Asked } from "../../parts/State";
import { componentAddress } from "./ComponentsPage";
import { packageName } from "./question";
import "./components.css";

const WORDS: Record<LicenceVerdict, [string, string]> = {
  deny: ["pill stop", "denied"],
  review: ["pill warn", "to review"],
  unjudged: ["pill", "not judged"],
  allow: ["pill ok", "allowed"],
};

const STEP = 300;

/** Licences of packages under the policy; `?all=1` lists the allowed too. */
export default function LicencesPage() {
  useTitle("Licences");
  const { search } = useAddress();
  const all = search.get("all") === "1";
  const query = useQuery(licencesQuery(all));
  return (
    <div className="page stack">
      <nav className="crumb" aria-label="Path">
        <Link to="/components">Components</Link>
        <Icon name="right" small />
        <span>Licences</span>
      </nav>
      <header className="page-head">
        <h1>Licences</h1>
        <nav className="seg" aria-label="Show">
          <Link to="/components/licences" aria-current={all ? undefined : "page"}>
            Not allowed
          </Link>
          <Link to="/components/licences?all=1" aria-current={all ? "page" : undefined}>
            All
          </Link>
        </nav>
      </header>
      <Asked query={query} what="The licences could not be read">
        {({ items, counts, has_policy }) => (
          <>
            {!has_policy && (
              <p className="muted">
                No policy says what is allowed, so nothing is judged. <code>muster licences --help</code> says how to
                give one.
              </p>
            )}
            {has_policy && (
              <p className="muted">
                {(Object.keys(WORDS) as LicenceVerdict[])
                  .filter((verdict) => (counts[verdict] ?? 0) > 0)
                  .map((verdict) => `${count(counts[verdict] ?? 0)} ${WORDS[verdict][1]}`)
                  .join(", ")}
              </p>
            )}
            {items.length === 0 ? (
              <div className="empty">
                <h2>{has_policy ? "Every licence is allowed" : "No package is known yet"}</h2>
              </div>
            ) : (
              <section className="panel" aria-label="Licences, denied first, then by licence and package">
                <header>
                  <h2>{plural(items.length, "package", "packages")}</h2>
                  <span className="end">denied first, then by licence and package</span>
                </header>
                <div className="scroll-x">
                  <table className="list">
                    <thead>
                      <tr>
                        {["Package", "Licence", "Verdict", "Versions", "Services", "Owner", "Why"].map((head) => (
                          <th key={head} scope="col">
                            {head}
                          </th>
                        ))}
                      </tr>
                    </thead>
                    <tbody>
                      {items.slice(0, STEP).map((row) => (
                        <tr key={`${row.package} ${row.licence}`}>
                          <th scope="row">
                            <Link to={componentAddress(row.package, "")} className="plain-link">
                              {packageName(row.package)}
                            </Link>
                          </th>
                          <td data-label="Licence">{row.licence || <span className="warn-t">none stated</span>}</td>
                          <td data-label="Verdict">
                            <span className={WORDS[row.verdict][0]}>{WORDS[row.verdict][1]}</span>
                          </td>
                          <td data-label="Versions">
                            <code>{row.versions.join(", ")}</code>
                          </td>
                          <td data-label="Services">
                            {row.services.map((name, at) => (
                              <span key={name}>
                                {at > 0 && ", "}
                                <ServiceName name={name} />
                              </span>
                            ))}
                            {row.services.length === 0 && <span className="muted">{row.targets.join(", ")}</span>}
                          </td>
                          <td data-label="Owner">
                            {row.owners.map((name, at) => (
                              <span key={name}>
                                {at > 0 && ", "}
                                <TeamName name={name} />
                              </span>
                            ))}
                          </td>
                          <td data-label="Why" className="muted">
                            {row.because}
                          </td>
                        </tr>
                      ))}
                    </tbody>
                  </table>
                </div>
                {items.length > STEP && (
                  <p className="body note">
                    The first {count(STEP)} of {count(items.length)}; <code>muster licences --json</code> has all.
                  </p>
                )}
              </section>
            )}
          </>
        )}
      </Asked>
    </div>
  );
}
