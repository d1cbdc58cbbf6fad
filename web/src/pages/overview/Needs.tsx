import { useQuery } from "@tanstack/react-query";
import { coverageQuery, facetsQuery, streamsQuery, unplacedQuery } from "../../api/queries";
import { Link, queueAddress } from "../../app/router";
import { QUEUE_STATES } from "../../filter/parse";
import { count, plural } from "../../format/number";
import { firstNames } from "../../format/words";
import { Icon, type IconName } from "../../parts/Icon";
import { standings } from "../coverage/standing";

interface Need {
  n: number;
  icon: IconName;
  text: string;
  note: string;
  to: string;
  act: string;
}

/** What is missing where: services that lack a scan by name, those whose scans are only old by number. */
function gapNote(lacking: string[], stale: number): string {
  const old = stale > 0 ? `${count(stale)} with old scans` : "";
  return [lacking.length > 0 ? `lacking: ${firstNames(lacking, 3)}` : "", old].filter(Boolean).join("; ");
}

/** What only a person can settle, and where. */
function useNeeds(): Need[] | undefined {
  const { data: facets } = useQuery(facetsQuery("", QUEUE_STATES));
  const { data: streams } = useQuery(streamsQuery);
  const { data: unplaced } = useQuery(unplacedQuery);
  const { data: rows } = useQuery(coverageQuery);
  if (!facets) return undefined;
  const { late, suggested, no_owner } = facets.views;
  const bad = streams?.filter(({ state }) => state === "failed" || state === "silent") ?? [];
  const gaps = standings(rows ?? [], undefined).filter(({ standing }) => standing !== "full");
  const lacking = gaps.filter(({ standing }) => standing === "lacking");
  return [
    {
      n: late,
      icon: "clock",
      text: plural(late, "issue is late", "issues are late"),
      note: "past the deadline",
      to: queueAddress({ q: "is:late" }),
      act: "See",
    },
    {
      n: suggested,
      icon: "merge",
      text: plural(suggested, "merge to confirm", "merges to confirm"),
      note: "alike, but not enough to join by themselves",
      to: queueAddress({ q: "has:suggestion" }),
      act: "Decide",
    },
    {
      n: no_owner,
      icon: "team",
      text: plural(no_owner, "issue without an owner", "issues without an owner"),
      note: "nothing names one for their place",
      to: queueAddress({ q: "is:unowned" }),
      act: "Assign",
    },
    {
      n: unplaced?.length ?? 0,
      icon: "apps",
      text: plural(unplaced?.length ?? 0, "issue of no service", "issues of no service"),
      note: "each says what was looked for",
      to: "/coverage/unplaced",
      act: "Place",
    },
    {
      n: bad.length,
      icon: "imports",
      text: plural(bad.length, "stream failed or is silent", "streams failed or are silent"),
      note: firstNames(
        bad.map(({ stream }) => stream.tool),
        3,
      ),
      to: "/imports",
      act: "See",
    },
    {
      n: gaps.length,
      icon: "shield",
      text: plural(gaps.length, "service not fully scanned", "services not fully scanned"),
      note: gapNote(
        lacking.map(({ service }) => service),
        gaps.length - lacking.length,
      ),
      to: "/coverage",
      act: "Fix",
    },
  ];
}

export function Needs() {
  const needs = useNeeds();
  const some = needs?.filter(({ n }) => n > 0) ?? [];
  return (
    <section className="panel" aria-label="Needs a decision">
      <header>
        <h2>Needs a decision</h2>
      </header>
      <ul className="body needs">
        {needs && some.length === 0 && <li className="muted">Nothing waits.</li>}
        {some.map((need) => (
          <li key={need.to}>
            <Icon name={need.icon} />
            <span>
              <span className="m">{need.text}</span>
              <span className="muted xs needs-note">{need.note}</span>
            </span>
            <Link to={need.to} className="btn sm" aria-label={`${need.act}: ${need.text}`}>
              {need.act}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
