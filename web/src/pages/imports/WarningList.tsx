import type { Warning } from "../../api/types";
import { count } from "../../format/number";

const MOST = 200;

/** Warnings by their place in the file. */
export function WarningList({ warnings }: { warnings: Warning[] }) {
  return (
    <ul className="imp-warnings">
      {warnings.slice(0, MOST).map((warning, at) => (
        <li key={`${at} ${warning.place}`}>
          <code className="dim">{warning.place || "the whole file"}</code>
          <p>{warning.message}</p>
        </li>
      ))}
      {warnings.length > MOST && <li className="dim">and {count(warnings.length - MOST)} more</li>}
    </ul>
  );
}
