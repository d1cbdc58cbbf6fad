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

/** How many tools fall short beside a fresh one, by the worst that is said of any: `1 failed`. */
export function shortText({ state, short = [] }: Pick<CoverageRow, "state" | "short">): string {
  const worst = short[0]?.state;
  if (state !== "fresh" || !worst) return "";
  return `${short.filter((each) => each.state === worst).length} ${LOOKS[worst][2]}`;
}

/**
 * How a kind of scan stands, in a mark and a word; its age where a complete one was seen. What other tools of the kind lack stands
 * beside a fresh one, so that one tool's green does not hide another's failure.
 */
export function ScanMark({ row, now }: { row: Pick<CoverageRow, "state" | "last_complete" | "short">; now: Date }) {
  const short = shortText(row);
  return (
    <span className="scan-both">
      <Mark row={row} now={now} />
      {short && <span className={row.short?.[0]?.state === "failed" ? "scan-short is-bad" : "scan-short"}>{short}</span>}
    </span>
  );
}

function Mark({ row, now }: { row: Pick<CoverageRow, "state" | "last_complete">; now: Date }) {
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
export function ScanDot({ kind, row }: { kind: string; row: Pick<CoverageRow, "state" | "short"> }) {
  const [look, icon, state] = LOOKS[row.state];
  const short = shortText(row);
  const words = `${kind}: ${state}${short && `, ${short}`}`;
  return (
    <span className={`scan-dot ${look}${short && " is-short"}`} role="img" aria-label={words} title={words}>
      <Icon name={icon} small />
    </span>
  );
}
