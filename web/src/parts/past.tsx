import { useNow } from "../app/clock";
import { Link } from "../app/router";
import { Icon } from "./Icon";
import { When } from "./When";
import "./past.css";

/** A moment of the address (`at=`) as the API takes it; empty where it is none. */
export function momentOf(text: string | null): string {
  if (!text) return "";
  const at = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T23:59:59Z` : text);
  return Number.isNaN(at.getTime()) ? "" : at.toISOString();
}

/** Says that the page shows another moment than now. */
export function PastBand({ at, now: back }: { at: string; now: string }) {
  const now = useNow();
  return (
    <p className="past-band" role="note">
      <Icon name="clock" small />
      <span>
        You see <When at={at} now={now} />, as it is known today.
      </span>
      <Link to={back} className="btn sm end">
        Back to now
      </Link>
    </p>
  );
}
