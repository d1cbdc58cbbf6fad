import type { CoverageRow, ScanState } from "../api/estate";
import { age } from "../format/time";
import { Icon, type IconName } from "./Icon";
import "./scan.css";

const LOOKS: Record<ScanState, [string, IconName, string]> = {
  fresh: ["is-fresh", "check", "fresh"],
  stale: ["is-stale", "clock", "stale"],
  failed: ["is-bad", "warn", "failed"],
  partial: ["is-stale", "minus", "partial"],
  never: ["is-bad", "close", "never"],
};

/** How a kind of scan stands, in a mark and a word; its age where a complete one was seen. */
export function ScanMark({ row, now }: { row: Pick<CoverageRow, "state" | "last_complete">; now: Date }) {
  const [look, icon, word] = LOOKS[row.state];
  const old = row.last_complete && (row.state === "fresh" || row.state === "stale");
  return (
    <span className={`scan ${look}`}>
      <Icon name={icon} small />
      {old && row.last_complete ? (
        <>
          <span className="vh">{word}, </span>
          {age(row.last_complete, now)}
        </>
      ) : (
        word
      )}
    </span>
  );
}

/** The same without words, for rows of a list: the word is read out. */
export function ScanDot({ kind, state }: { kind: string; state: ScanState }) {
  const [look, icon, word] = LOOKS[state];
  return (
    <span className={`scan-dot ${look}`} role="img" aria-label={`${kind}: ${word}`} title={`${kind}: ${word}`}>
      <Icon name={icon} small />
    </span>
  );
}
