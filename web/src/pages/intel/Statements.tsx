import type { StatementEntry } from "../../api/intel";
import { useNow } from "../../app/clock";
import { sentence } from "../../format/words";
import { When } from "../../parts/When";

const MOST_PRODUCTS = 5;

/** What VEX documents say. */
export function Statements({ list }: { list: StatementEntry[] }) {
  const now = useNow();
  if (list.length === 0) return <p className="muted">No document that was applied names it.</p>;
  return (
    <ul className="intel-lines">
      {list.map((each) => (
        <li key={`${each.document} ${each.at} ${each.products[0]}`}>
          <p>
            <b className="m">{sentence(each.status)}</b>, says {each.author}{" "}
            <span className="dim">
              <When at={each.at} now={now} as="date" />
            </span>
          </p>
          <p className="xs muted">
            {each.products.slice(0, MOST_PRODUCTS).join(", ")}
            {each.products.length > MOST_PRODUCTS && ` and ${each.products.length - MOST_PRODUCTS} more`}
          </p>
          {(each.reason || each.justification) && <p>{each.reason ?? sentence(each.justification ?? "")}</p>}
          <p className="xs dim">{each.document}</p>
        </li>
      ))}
    </ul>
  );
}
