import { useQuery } from "@tanstack/react-query";
import { notificationsQuery } from "../../api/queries";
import { Link, useAddress } from "../../app/router";
import { useTitle } from "../../app/title";
import { plural } from "../../format/number";
import { Icon } from "../../parts/Icon";
import { Notices } from "../../parts/Notices";
import { Asked } from "../../parts/State";

/** Most that are asked for. */
const MOST = 500;

/** Who has to be told of what became known after the packages were there? `?team=` narrows. */
export default function NoticesPage() {
  useTitle("Who has to be told");
  const { search } = useAddress();
  const team = search.get("team") ?? "";
  const query = useQuery(notificationsQuery(team, MOST));
  return (
    <div className="page stack">
      <nav className="crumb" aria-label="Path">
        <Link to="/components">Components</Link>
        <Icon name="right" small />
        <span>Who has to be told</span>
      </nav>
      <header className="page-head">
        <h1>Who has to be told</h1>
        {team && (
          <Link to="/components/notices" className="tag">
            team {team} ×<span className="vh"> remove</span>
          </Link>
        )}
      </header>
      <p className="note">
        Of vulnerabilities that became known, or known to be exploited, after the packages were there. Muster sends
        nothing by itself.
      </p>
      <Asked query={query} what="The list could not be read">
        {(list) =>
          list.length === 0 ? (
            <div className="empty">
              <h2>Nobody has to be told</h2>
              <p className="muted">
                Rows come when an advisory or a list of exploited vulnerabilities is loaded that is about packages which
                are here: <code>muster intel load FILE</code>
              </p>
            </div>
          ) : (
            <section className="panel" aria-label="Notifications, the newest first">
              <header>
                <h2>{plural(list.length, "notification", "notifications")}</h2>
                <span className="end">the newest first{list.length >= MOST && `, no more than ${MOST}`}</span>
              </header>
              <Notices list={list} />
            </section>
          )
        }
      </Asked>
    </div>
  );
}
