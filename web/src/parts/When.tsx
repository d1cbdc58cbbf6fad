import { ago, date, dateTime, exactTime } from "../format/time";

type Style = "date" | "time" | "ago";

const WRITE = { date, time: dateTime, ago };

/** A moment, short; the tooltip has it whole with its zone. */
export function When({ at, now, as = "time" }: { at: string; now: Date; as?: Style }) {
  return (
    <time dateTime={at} title={exactTime(at)}>
      {WRITE[as](at, now)}
    </time>
  );
}
