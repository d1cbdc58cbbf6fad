import type { CoverageState } from "../../api/types";
import { count, plural } from "../../format/number";
import { Icon, type IconName } from "../../parts/Icon";

interface Outcome {
  error?: string | null | undefined;
  coverage?: CoverageState | null | undefined;
  repeated?: boolean | undefined;
  retracted?: string | null | undefined;
  warnings: number;
  held: number;
}

/** What came of a report, in a mark and a word. Red only where it was not read or its scan failed. */
export function Result({ row }: { row: Outcome }) {
  const [look, icon, text] = judge(row);
  return (
    <span className={`result ${look}`}>
      <Icon name={icon} small />
      {text}
    </span>
  );
}

function judge(row: Outcome): [string, IconName, string] {
  if (row.retracted) return ["muted", "undo", "taken back"];
  if (row.error) return ["stop-t", "close", "not read"];
  if (row.coverage === "failed") return ["stop-t", "stop", "scan failed"];
  if (row.repeated) return ["muted", "copy", "seen before"];
  if (row.held > 0) return ["warn-t", "clock", `${count(row.held)} held`];
  if (row.warnings > 0) return ["warn-t", "warn", plural(row.warnings, "warning", "warnings")];
  if (row.coverage === "partial") return ["muted", "minus", "partial"];
  return ["ok-t", "check", "stored"];
}

/** Why nothing was closed, where that is so. */
export function closedNothing(row: {
  coverage?: CoverageState | null;
  coverage_reason?: string | null;
}): string | undefined {
  if (row.coverage !== "failed" && row.coverage !== "partial") return undefined;
  const why = row.coverage_reason ? `: ${row.coverage_reason}` : "";
  return `${row.coverage === "failed" ? "The scan failed" : "The scan was partial"}${why}. Nothing was closed by it.`;
}
