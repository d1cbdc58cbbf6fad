import type { CoverageRow } from "../../api/estate";
import { ScanMark } from "../../parts/ScanMark";

const NOW = new Date("2026-01-31T00:00:00Z");

const FAILED = { state: "failed", tool: "", target: "", scanned: "" } as const;

const KEYS: [Pick<CoverageRow, "state" | "last_complete" | "short">, string][] = [
  [{ state: "fresh", last_complete: "2026-01-30T22:00:00Z" }, "complete, age of the last"],
  [
    { state: "fresh", last_complete: "2026-01-30T22:00:00Z", short: [FAILED] },
    "the same, and a tool of the kind failed, is partial or old",
  ],
  [{ state: "stale", last_complete: "2025-12-20T00:00:00Z" }, "older than 30 days"],
  [{ state: "partial" }, "only parts were scanned"],
  [{ state: "failed" }, "the last scan says it failed; it closed nothing"],
  [{ state: "never" }, "required, never seen"],
];

/** What the marks mean. */
export function Legend() {
  return (
    <ul className="cov-legend" aria-label="Marks">
      {KEYS.map(([row, words]) => (
        <li key={words}>
          <ScanMark row={row} now={NOW} /> <span>{words}</span>
        </li>
      ))}
      <li>
        <span className="dim">n/a</span> <span>not required, never seen</span>
      </li>
    </ul>
  );
}
