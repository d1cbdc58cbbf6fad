import type { Issue } from "../api/types";
import { useNow } from "../app/clock";
import { FACT_WORDS, type FactState, readFacts, sixFacts } from "./facts";
import { Icon } from "./Icon";
import { When } from "./When";

function FactMark({ fact }: { fact: FactState }) {
  const { place, value } = fact;
  if (!value) return <span className="fact" />;
  if (value === "unknown") return <span className="fact u">?</span>;
  if (value === "no") return <span className="fact">–</span>;
  return (
    <span className={place.id === "kev" ? "fact y hot" : "fact y"}>
      <Icon name={place.icon} />
    </span>
  );
}

/** Six marks in six fixed places: yes, not known, no, does not apply. */
export function Facts({ issue }: { issue: Issue }) {
  const facts = sixFacts(issue);
  const words = readFacts(facts);
  return (
    <span className="facts" role="img" aria-label={words} title={words}>
      {facts.map((fact) => (
        <FactMark key={fact.place.id} fact={fact} />
      ))}
    </span>
  );
}

/** The same six written out, with source and date where a term of the score gives them. */
export function FactList({ issue }: { issue: Issue }) {
  const now = useNow();
  return (
    <ul className="fact-list">
      {sixFacts(issue).map((fact) => (
        <li key={fact.place.id}>
          <FactMark fact={fact} />
          <span>{fact.place.label}</span>
          <b>{fact.value ? FACT_WORDS[fact.value] : "does not apply"}</b>
          {fact.term && (fact.value === "yes" || fact.value === "no") && (
            <span className="dim xs">
              {fact.term.fact} · {fact.term.source} {fact.term.at && <When at={fact.term.at} now={now} />}
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
