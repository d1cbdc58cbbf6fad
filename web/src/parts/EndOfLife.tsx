import type { EndOfLife } from "../api/types";
import { useNow } from "../app/clock";
import { date } from "../format/time";

/** For which releases no fix will come, one line each; nothing where there is none. */
export function NoFixWillCome({ of, className }: { of: EndOfLife[] | undefined; className: string }) {
  const now = useNow();
  const releases = [...new Map((of ?? []).map((over) => [over.release, over])).values()];
  return releases.map(({ release, since, extended_until, source }) => (
    <p key={release} className={className}>
      <b>No fix will come:</b> {release} is at the end of its life{since && ` since ${date(since, now)}`}
      {extended_until && `; extended support until ${date(extended_until, now)}`} <span className="muted">({source})</span>
    </p>
  ));
}
