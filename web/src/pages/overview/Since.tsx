import { useQuery } from "@tanstack/react-query";
import { sinceQuery } from "../../api/queries";
import type { ChangeCause, ChangedIssue, SinceGroup, SinceSummary } from "../../api/risk";
import { useNow } from "../../app/clock";
import { issueAddress, Link, useAddress } from "../../app/router";
import { count } from "../../format/number";
import { DAY } from "../../format/time";
import { Icon, type IconName } from "../../parts/Icon";
import { FromTo } from "../../parts/Moves";
import { Asked } from "../../parts/State";
import { When } from "../../parts/When";
import { SPANS, type Span } from "./spans";

type GroupName = Exclude<keyof SinceSummary, "since" | "until" | "warnings">;

interface Group {
  name: GroupName;
  word: string;
  icon: IconName;
  order: string;
  /** Entries of a history that put an issue into the group. */
  by: string[];
}

const GROUPS: Group[] = [
  { name: "moved_up", word: "moved up", icon: "up", order: "furthest first", by: ["tier", "moved"] },
  { name: "new", word: "new", icon: "plus", order: "in the order of the queue", by: ["opened"] },
  { name: "reopened", word: "came back", icon: "undo", order: "in the order of the queue", by: ["reopened"] },
  { name: "newly_due", word: "became late", icon: "clock", order: "in the order of the queue", by: [] },
  { name: "outgrown", word: "outgrew a decision", icon: "warn", order: "in the order of the queue", by: ["outgrown"] },
  { name: "moved_down", word: "moved down", icon: "down", order: "furthest first", by: ["tier", "moved"] },
  { name: "fixed", word: "fixed", icon: "check", order: "highest score first", by: ["fixed"] },
  { name: "decided", word: "decided", icon: "minus", order: "highest score first", by: ["state", "decided"] },
];

/** Named in each group. */
const NAMED = 20;

/** What put an issue into the group: the newest entry of that sort, else the newest of all. */
const causeOf = (issue: ChangedIssue, { by }: Group): ChangeCause | undefined =>
  issue.causes.findLast(({ what }) => by.includes(what)) ?? issue.causes.at(-1);

/** Who or what put most of a group into it. */
function biggest(some: SinceGroup, group: Group): string {
  const seen = new Map<string, number>();
  for (const issue of some.issues) {
    const by = causeOf(issue, group)?.by;
    if (by) seen.set(by, (seen.get(by) ?? 0) + 1);
  }
  const [first] = [...seen].sort((a, b) => b[1] - a[1]);
  if (!first) return "";
  return first[1] === some.issues.length ? first[0] : `mostly ${first[0]}`;
}

function Row({ issue, cause }: { issue: ChangedIssue; cause: ChangeCause | undefined }) {
  const now = useNow();
  return (
    <li>
      <p>
        <Link to={issueAddress(issue.issue)} className="plain-link m">
          {issue.title || issue.issue}
        </Link>{" "}
        <span className="dim xs">{issue.team ?? "no owner"}</span>
      </p>
      {issue.from && <FromTo from={issue.from} to={issue.to} />}
      {cause && (
        <p className="xs muted">
          {cause.detail || cause.by} <When at={cause.at} now={now} />
        </p>
      )}
    </li>
  );
}

function Issues({ some, group }: { some: SinceGroup; group: Group }) {
  return (
    <ul className="moves">
      {some.issues.map((issue) => (
        <Row key={issue.issue} issue={issue} cause={causeOf(issue, group)} />
      ))}
      {some.count > some.issues.length && <li className="dim">and {count(some.count - some.issues.length)} more</li>}
    </ul>
  );
}

/** What happened since: each group opens to its issues. `?since=7d` looks further back, `?open=` names the open group. */
export function Since() {
  const now = useNow();
  const { search } = useAddress();
  const chosen: Span = SPANS.find(({ id }) => id === search.get("since")) ?? SPANS[0];
  // A whole hour, so that the question stays the same while the page is read.
  const start = new Date(Math.floor((now.getTime() - chosen.days * DAY) / 3_600_000) * 3_600_000).toISOString();
  const query = useQuery(sinceQuery(start, NAMED));
  const open = search.get("open");
  const address = (change: { since?: string; open?: string | undefined }) => {
    const next = new URLSearchParams();
    const all = { since: search.get("since") ?? "", open: open ?? undefined, ...change };
    for (const [name, value] of Object.entries(all)) if (value) next.set(name, value);
    return next.size > 0 ? `/?${next}` : "/";
  };
  return (
    <section className="panel" aria-labelledby="since">
      <header>
        <h2 id="since">Since {chosen.word}</h2>
        <nav className="seg end" aria-label="How far back">
          {SPANS.map(({ id, label }) => (
            <Link
              key={id}
              to={address({ since: id === "1d" ? "" : id })}
              aria-current={id === chosen.id ? "page" : undefined}
            >
              {label}
            </Link>
          ))}
        </nav>
      </header>
      <div className="body">
        <Asked query={query} what="The changes could not be read">
          {(summary) => {
            const some = GROUPS.filter(({ name }) => summary[name].count > 0);
            return (
              <>
                {some.length === 0 && (
                  <p className="muted">
                    Nothing moved since <When at={summary.since} now={now} />.
                  </p>
                )}
                <ul className="since">
                  {some.map((group) => {
                    const { name, word, icon, order } = group;
                    return (
                      <li key={name}>
                        <Link
                          to={address({ open: open === name ? undefined : name })}
                          aria-expanded={open === name}
                          role="button"
                          className="since-line plain-link"
                        >
                          <Icon name={icon} />
                          <b className="n">
                            {count(summary[name].count)} {word}
                          </b>
                          <span className="muted ell">{biggest(summary[name], group)}</span>
                          <Icon name={open === name ? "up" : "down"} small />
                        </Link>
                        {open === name && (
                          <div className="since-list">
                            <p className="note">{order}</p>
                            <Issues some={summary[name]} group={group} />
                          </div>
                        )}
                      </li>
                    );
                  })}
                </ul>
                {summary.warnings.map((warning) => (
                  <p key={warning} className="note">
                    {warning}
                  </p>
                ))}
              </>
            );
          }}
        </Asked>
      </div>
    </section>
  );
}
