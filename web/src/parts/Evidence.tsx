import type { EvidenceFact } from "../api/types";
import { confidence, signed } from "../format/number";
import "./evidence.css";

/** A confidence against the threshold on one short scale. */
export function Confidence({ value, threshold }: { value: number; threshold: number }) {
  const words = `confidence ${confidence(value)}, threshold ${confidence(threshold)}`;
  return (
    <span className="conf" title={words}>
      <span className="conf-scale" aria-hidden="true">
        <i style={{ width: `${Math.max(0, Math.min(1, value)) * 100}%` }} />
        <u style={{ left: `${threshold * 100}%` }} />
      </span>
      <b className="n">
        <span className="vh">{words}</span>
        <span aria-hidden="true">{confidence(value)}</span>
      </b>
    </span>
  );
}

const GROUPS = [
  { id: "for", sign: "+", label: "for" },
  { id: "against", sign: "\u2212", label: "against" },
] as const;

/**
 * Facts for and against a link, in decibans. The pair's start value comes first and the sum last, so that the account can
 * be redone by hand.
 */
export function Evidence({ because }: { because: EvidenceFact[] }) {
  const [prior, ...facts] = because;
  if (!prior) return null;
  const sum = because.reduce((total, each) => total + each.weight, 0);
  const side = (id: "for" | "against") => facts.filter((fact) => (id === "for" ? fact.weight >= 0 : fact.weight < 0));
  return (
    <div className="evidence">
      <div className="evidence-sides">
        {GROUPS.map(({ id, sign, label }) => (
          <ul key={id} className={`evidence-${id}`} aria-label={`Evidence ${label}`}>
            {side(id).map((fact) => (
              <li key={`${fact.fact} ${fact.weight}`} title={fact.fields.join(", ")}>
                <span className="sign" aria-hidden="true">
                  {sign}
                </span>
                <span>{fact.fact}</span>
                <span className="n">{signed(fact.weight)}</span>
              </li>
            ))}
            {side(id).length === 0 && <li className="dim">Nothing {label}</li>}
          </ul>
        ))}
      </div>
      <p className="evidence-sum dim xs">
        {prior.fact}: {signed(prior.weight)}. Sum <b className="n">{signed(sum)}</b> decibans.
      </p>
    </div>
  );
}
