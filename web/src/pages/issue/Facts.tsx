import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { FactRow } from "../../api/ledger";
import { factsQuery } from "../../api/queries";
import { useNow } from "../../app/clock";
import { sentence } from "../../format/words";
import { Icon } from "../../parts/Icon";
import { Asked } from "../../parts/State";
import { When } from "../../parts/When";

function Row({ fact }: { fact: FactRow }) {
  const now = useNow();
  return (
    <li>
      <p>
        {fact.standing === "counts" && <Icon name="check" small />}{" "}
        <b className={fact.standing === "counts" ? "m" : "m muted"}>
          {sentence(fact.fact)}: {sentence(fact.verdict).toLowerCase()}
        </b>{" "}
        <span className="muted">
          {fact.subject}
          {fact.about && ` (${fact.about})`}
        </span>
      </p>
      <p className="xs muted">
        {fact.because} · {fact.source}{" "}
        {fact.at && (
          <>
            <When at={fact.at} now={now} as="date" />
            {fact.expires && (
              <>
                {", counts until "}
                <When at={fact.expires} now={now} as="date" />
              </>
            )}
          </>
        )}
      </p>
    </li>
  );
}

/** Each fact once: what is declared for several findings of an issue comes as often. */
const each = (facts: FactRow[]): [string, FactRow][] => [
  ...new Map(facts.map((fact): [string, FactRow] => [JSON.stringify(fact), fact])),
];

/** All that was said of the code, the package and the service of an issue: what counts, and by which rule. */
export function FactLedger({ issue }: { issue: string }) {
  const [open, setOpen] = useState(false);
  const query = useQuery({ ...factsQuery(issue), enabled: open });
  return (
    <details className="ledger" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Where each fact comes from</summary>
      {open && (
        <Asked query={query} what="The facts could not be read">
          {(list) => (
            <>
              {list.contradictions.map((line) => (
                <p key={line} className="iss-note">
                  {line}
                </p>
              ))}
              {list.items.length === 0 && <p className="muted">Nobody has said anything of it yet.</p>}
              <p className="note">By fact; of each, what counts first, then the newest.</p>
              <ul className="side-decisions">
                {each(list.items).map(([key, fact]) => (
                  <Row key={key} fact={fact} />
                ))}
              </ul>
            </>
          )}
        </Asked>
      )}
    </details>
  );
}
