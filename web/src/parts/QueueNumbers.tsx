import type { QueueCounts } from "../api/estate";
import { Link, queueAddress } from "../app/router";
import { count, plural } from "../format/number";
import { URGENT_TERM, urgentOf } from "./counts";
import type { NumberOf } from "./Numbers";

/** Urgent, due first and late, of what a filter names; each leads to its list. */
export function queueNumbers(counts: QueueCounts, filter: string): NumberOf[] {
  const to = (more: string) => queueAddress({ q: `${filter} ${more}`.trim() });
  return [
    {
      value: count(urgentOf(counts)),
      label: "urgent",
      note: `of ${plural(counts.open, "open issue", "open issues")}`,
      to: to(URGENT_TERM),
    },
    { value: count(counts.tiers["3d"] ?? 0), label: "to fix in 3 days", to: to("tier:3d") },
    { value: count(counts.overdue), label: "late", to: to("is:late"), bad: counts.overdue > 0 },
  ];
}

/** A count in a row of a list: a link where there is something to see. */
export function CountLink({ n, q, bad = false }: { n: number; q: string; bad?: boolean }) {
  if (n === 0) return <span className="dim n">0</span>;
  return (
    <Link to={queueAddress({ q })} className={bad ? "plain-link n b stop-t" : "plain-link n b"}>
      {count(n)}
    </Link>
  );
}

/** The cells *Urgent*, *Late* and *Open* of a row; each count leads to what it counts. */
export function OpenCells({ issues, filter }: { issues: QueueCounts; filter: string }) {
  return (
    <>
      <td data-label="Urgent" className="r">
        <CountLink n={urgentOf(issues)} q={`${filter} ${URGENT_TERM}`} />
      </td>
      <td data-label="Late" className="r">
        <CountLink n={issues.overdue} q={`${filter} is:late`} bad />
      </td>
      <td data-label="Open" className="r">
        <CountLink n={issues.open} q={filter} />
      </td>
    </>
  );
}
