import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { MOST_UNPLACED, type Unplaced } from "../../api/estate";
import { unplacedQuery } from "../../api/queries";
import { copy } from "../../app/actions";
import { issueAddress, Link } from "../../app/router";
import { useTitle } from "../../app/title";
import { count, plural } from "../../format/number";
import { Icon } from "../../parts/Icon";
import { Problem } from "../../parts/Problem";
import { CoverageTabs } from "./Tabs";
import "./coverage.css";

/** Issues that one line of the inventory would place. */
interface Group {
  key: string;
  items: Unplaced[];
}

/** Issues of one implicit component belong together; the group of the best issue comes first. */
function groups(list: Unplaced[]): Group[] {
  const byKey = new Map<string, Group>();
  for (const item of list) {
    const key = item.component || item.because;
    const group = byKey.get(key);
    if (group) group.items.push(item);
    else byKey.set(key, { key, items: [item] });
  }
  return [...byKey.values()];
}

const SHOWN = 5;

function GroupPanel({ group }: { group: Group }) {
  const [all, setAll] = useState(false);
  const [first] = group.items;
  if (!first) return null;
  const items = all ? group.items : group.items.slice(0, SHOWN);
  return (
    <section className="panel" aria-label={first.component || first.because}>
      <header>
        <h2>{first.component || plural(group.items.length, "issue", "issues")}</h2>
        <span className="end">{plural(group.items.length, "issue", "issues")}</span>
      </header>
      <div className="body stack">
        <p className="muted unp-because">{first.because}</p>
        <ul className="unp-issues">
          {items.map((item) => (
            <li key={item.issue}>
              <Link to={issueAddress(item.issue)} className="link">
                {item.title || item.issue}
              </Link>{" "}
              <code className="dim">{item.place}</code>
            </li>
          ))}
        </ul>
        {group.items.length > items.length && (
          <button type="button" className="btn plain" onClick={() => setAll(true)}>
            Show {count(group.items.length - items.length)} more
          </button>
        )}
        {first.suggestions && first.suggestions.length > 0 && (
          <ul className="unp-suggestions" aria-label="Where it may belong, likeliest first">
            {first.suggestions.map((suggestion) => (
              <li key={`${suggestion.service} ${suggestion.write}`}>
                <p>
                  {suggestion.service ? (
                    <>
                      May be <b>{suggestion.service}</b>: {suggestion.because}
                    </>
                  ) : (
                    <>A new service: {suggestion.because}</>
                  )}
                </p>
                <pre>{suggestion.write}</pre>
                <button
                  type="button"
                  className="btn sm"
                  onClick={() => void copy(suggestion.write, "Lines for muster.yaml")}
                >
                  <Icon name="copy" small />
                  Copy for muster.yaml
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

/** Open issues that no service has: nothing is dropped, and each says what was looked for. */
export default function UnplacedPage() {
  useTitle("Not placed");
  const { data, error, refetch } = useQuery(unplacedQuery);
  return (
    <div className="page stack">
      <header className="page-head">
        <h1>Coverage</h1>
      </header>
      <CoverageTabs unplaced={data?.length} />
      {error && <Problem what="The list could not be read" error={error} retry={() => void refetch()} />}
      {!data && !error && <span className="grey cov-grey" />}
      {data?.length === 0 && (
        <div className="empty">
          <span className="pill ok">
            <Icon name="check" small /> Done
          </span>
          <h2>Every open issue has a service</h2>
        </div>
      )}
      {data && data.length > 0 && (
        <>
          <p className="lead">
            {data.length >= MOST_UNPLACED && "At least "}
            {plural(data.length, "open issue has", "open issues have")} no service, so{" "}
            {data.length === 1 ? "it has" : "they have"} no owner, exposure or criticality from the inventory.
          </p>
          <p className="note">The group with the highest ranked issue comes first, and so inside each.</p>
          {groups(data).map((group) => (
            <GroupPanel key={group.key} group={group} />
          ))}
        </>
      )}
    </div>
  );
}
