import type { VexFact } from "../../api/types";
import { useNow } from "../../app/clock";
import { plural } from "../../format/number";
import { sentence } from "../../format/words";
import { Icon } from "../../parts/Icon";
import { When } from "../../parts/When";

interface Props {
  statements: VexFact[];
  conflict: string | undefined;
  /** Findings of the issue. */
  all: number;
}

/** What others say of the vulnerability in this product: the statement that counts is ticked, the others say why they do not. */
export function VexList({ statements, conflict, all }: Props) {
  const now = useNow();
  return (
    <>
      {conflict && <p className="iss-note">{conflict}</p>}
      <ul className="side-decisions">
        {statements.map((each) => (
          <li key={`${each.document} ${each.author} ${each.at} ${each.product}`}>
            <p>
              {each.verdict === "counts" ? <Icon name="check" small /> : null}{" "}
              <b className={each.verdict === "counts" ? "m" : "m muted"}>{sentence(each.status)}</b>, says {each.author}{" "}
              <span className="dim">
                <When at={each.at} now={now} as="date" />
              </span>
            </p>
            {(each.reason || each.justification) && <p>{each.reason ?? sentence(each.justification ?? "")}</p>}
            <p className="muted xs">
              {each.because}
              {each.findings.length < all && ` Of ${plural(each.findings.length, "finding", "findings")} of ${all}.`}
              {each.until && (
                <>
                  {" "}
                  Counts until <When at={each.until} now={now} as="date" />.
                </>
              )}
            </p>
            <p className="dim xs">
              {[each.component, each.product].filter(Boolean).join(" in ")} · {each.document}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
