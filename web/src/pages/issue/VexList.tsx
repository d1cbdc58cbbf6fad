import type { VexFact } from "../../api/types";
import { useNow } from "../../app/clock";
import { count, plural } from "../../format/number";
import { sentence } from "../../format/words";
import { Icon } from "../../parts/Icon";
import { When } from "../../parts/When";

interface Props {
  statements: VexFact[];
  conflict: string | undefined;
  /** Findings of the issue. */
  all: number;
}

/** Products that a statement names. */
const NAMED = 3;

/** Statements that differ only in the product of which they speak, as one. */
function together(statements: VexFact[]) {
  const by = new Map<string, { each: VexFact; products: string[]; seen: Set<string> }>();
  for (const each of statements) {
    const { component, product, findings, ...rest } = each;
    const key = JSON.stringify(rest);
    const one = by.get(key) ?? { each, products: [], seen: new Set<string>() };
    one.products.push([component, product].filter(Boolean).join(" in "));
    for (const finding of findings) one.seen.add(finding);
    by.set(key, one);
  }
  return [...by.values()].map(({ each, products, seen }) => ({
    each,
    products: [...new Set(products)],
    findings: seen.size,
  }));
}

/** What others say of the vulnerability in this product: the statement that counts is ticked, the others say why they do not. */
export function VexList({ statements, conflict, all }: Props) {
  const now = useNow();
  return (
    <>
      {conflict && <p className="iss-note">{conflict}</p>}
      <ul className="side-decisions">
        {together(statements).map(({ each, products, findings }) => (
          <li key={`${each.document} ${each.author} ${each.at} ${products.join(" ")}`}>
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
              {findings < all && ` It speaks of ${count(findings)} of ${plural(all, "finding", "findings")}.`}
              {each.until && (
                <>
                  {" "}
                  Counts until <When at={each.until} now={now} as="date" />.
                </>
              )}
            </p>
            <p className="dim xs">
              {products.slice(0, NAMED).map((product) => (
                <span key={product} className="vex-product">
                  {product}
                </span>
              ))}
              {products.length > NAMED && (
                <span className="vex-product">and {count(products.length - NAMED)} more</span>
              )}
              {each.document}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}
