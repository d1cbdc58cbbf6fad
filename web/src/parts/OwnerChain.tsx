import type { Issue } from "../api/types";
import { Icon } from "./Icon";

/** The chain of what names an owner, most specific first: the first decided, the others are what they would have said. */
export function OwnerChain({ owner }: { owner: Issue["owner"] }) {
  if (owner.because.length === 0) return <p className="note">Nothing names an owner for this place.</p>;
  return (
    <ol className="chain">
      {owner.because.map((step, place) => (
        <li key={`${step.fact} ${step.source}`} className={place === 0 && owner.team ? "won" : ""}>
          {place === 0 && owner.team ? <Icon name="check" small /> : <span className="nn">{place + 1}</span>}
          <span>
            {step.fact} <span className="mono dim">{step.source}</span>
          </span>
        </li>
      ))}
    </ol>
  );
}

/** The row of the decision table that gives the deadline, with its inputs. */
export function TierReasons({ tier }: { tier: Issue["tier"] }) {
  const because = tier.because ?? [];
  return (
    <>
      {because.length > 0 && (
        <ul className="reasons">
          {because.map((step) => (
            <li key={`${step.fact} ${step.source}`}>
              <span>{step.fact}</span>
              <span className="dim">{step.source}</span>
            </li>
          ))}
        </ul>
      )}
      {tier.range && (
        <p className="note">
          Facts that are not known leave it open between {tier.range[0]} and {tier.range[1]}.
        </p>
      )}
    </>
  );
}
