import { due, exactTime } from "../format/time";

const PRESS = { late: "stop-t m", soon: "warn-t m", later: "" };

/** A deadline as the list shows it: late, today, tomorrow or the date. */
export function Due({ at, now }: { at: string | undefined; now: Date }) {
  if (!at) return <span className="dim">none</span>;
  const { text, press } = due(at, now);
  return (
    <time dateTime={at} title={exactTime(at)} className={PRESS[press]}>
      {text}
    </time>
  );
}
