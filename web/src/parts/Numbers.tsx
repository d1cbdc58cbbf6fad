import type { ReactNode } from "react";
import { Link } from "../app/router";

/** A number with what it counts; it leads to the list that it counts. */
export interface NumberOf {
  value: ReactNode;
  label: string;
  note?: ReactNode;
  to?: string;
  /** Lateness and the like; never alone, the label says it too. */
  bad?: boolean;
}

/** The few numbers at the head of a page. */
export function Numbers({ of, label }: { of: NumberOf[]; label: string }) {
  return (
    <ul className="panel numbers" aria-label={label}>
      {of.map((each) => (
        <li key={each.label}>
          {each.to ? (
            <Link to={each.to} className="number-link">
              <span className={each.bad ? "num stop-t" : "num"}>{each.value}</span>
              <span className="number-label">{each.label}</span>
            </Link>
          ) : (
            <>
              <span className={each.bad ? "num stop-t" : "num"}>{each.value}</span>
              <span className="number-label">{each.label}</span>
            </>
          )}
          {each.note && <span className="number-note">{each.note}</span>}
        </li>
      ))}
    </ul>
  );
}
