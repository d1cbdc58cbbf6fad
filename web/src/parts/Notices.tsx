import type { Notification } from "../api/trend";
import { useNow } from "../app/clock";
import { Link, vulnerabilityAddress } from "../app/router";
import { count, plural } from "../format/number";
import { packageName } from "../pages/components/question";
import { ServiceName, TeamName } from "./Names";
import { When } from "./When";
import "./notices.css";

/** Packages and services that a row names. */
const NAMED = 3;

function some(list: string[], show: (name: string) => React.ReactNode) {
  return (
    <>
      {list.slice(0, NAMED).map((name, at) => (
        <span key={name}>
          {at > 0 && ", "}
          {show(name)}
        </span>
      ))}
      {list.length > NAMED && ` and ${count(list.length - NAMED)} more`}
    </>
  );
}

const KIND_WORDS = { affected: "advisory", exploited: "exploited" };

/** What became known of packages, whose they are, and since when they have them. */
export function Notices({ list, owner = true }: { list: Notification[]; owner?: boolean }) {
  const now = useNow();
  return (
    <ul className="notices">
      {list.map((notice) => (
        <li key={`${notice.vulnerability} ${notice.kind} ${notice.owner ?? ""}`}>
          <p className="notice-head">
            <Link to={vulnerabilityAddress(notice.vulnerability)} className="link b">
              {notice.vulnerability}
            </Link>
            <span className={notice.kind === "exploited" ? "pill stop" : "pill warn"}>{KIND_WORDS[notice.kind]}</span>
            <span className="dim xs end">
              <When at={notice.changed} now={now} as="ago" />
            </span>
          </p>
          {notice.summary && <p className="notice-what">{notice.summary}</p>}
          <p>
            <code>{some(notice.packages, (name) => packageName(name))}</code>
            {" in "}
            {notice.services.length > 0
              ? some(notice.services, (name) => <ServiceName name={name} />)
              : some(notice.targets ?? [], (name) => <code>{name}</code>)}
          </p>
          <p className="muted xs">
            {owner && (
              <>
                <TeamName name={notice.owner} />
                {(notice.contacts.slack ?? notice.contacts.email) &&
                  `, reached at ${notice.contacts.slack ?? notice.contacts.email}`}
                {" · "}
              </>
            )}
            there since <When at={notice.since} now={now} as="date" />
            {" · "}
            {plural(notice.places, "place", "places")}, {count(notice.production)} in production
            {(notice.fixed ?? []).length > 0 && <> · fixed in {(notice.fixed ?? []).join(", ")}</>}
          </p>
        </li>
      ))}
    </ul>
  );
}
