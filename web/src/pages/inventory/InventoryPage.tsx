import { useQuery } from "@tanstack/react-query";
import type { OwnerProposal } from "../../api/inventory";
import { partsQuery, proposalsQuery } from "../../api/queries";
import { copy } from "../../app/actions";
import { useNow } from "../../app/clock";
import { issueAddress, Link } from "../../app/router";
import { useTitle } from "../../app/title";
import { count, plural } from "../../format/number";
import { Conflicts } from "../../parts/Conflicts";
import { Icon } from "../../parts/Icon";
import { TeamName } from "../../parts/Names";
import { Numbers } from "../../parts/Numbers";
import { Asked } from "../../parts/State";
import { When } from "../../parts/When";
import { TryInventory } from "./TryInventory";
import "./inventory.css";

/** Rules that people's "not mine" propose. */
function Proposals({ list }: { list: OwnerProposal[] }) {
  const now = useNow();
  return (
    <section className="panel" aria-label="Proposed rules">
      <header>
        <h2>Proposed rules</h2>
        <span className="end">what people said was not theirs, newest first</span>
      </header>
      {list.length === 0 ? (
        <p className="body muted">None: nobody has said “not mine” of what the inventory does not say by now.</p>
      ) : (
        <ul className="body inv-proposals">
          {list.map((proposal) => (
            <li key={proposal.decision}>
              <p>
                <Link to={issueAddress(proposal.issue)} className="link">
                  {proposal.title || proposal.issue}
                </Link>
              </p>
              <p className="muted">
                From <TeamName name={proposal.from} /> to {proposal.to ? <TeamName name={proposal.to} /> : "triage"}:{" "}
                {proposal.reason} ({proposal.author}, <When at={proposal.at} now={now} />)
              </p>
              <pre>{proposal.write}</pre>
              <button
                type="button"
                className="btn sm"
                onClick={() => void copy(proposal.write, "Lines for muster.yaml")}
              >
                <Icon name="copy" small />
                Copy for muster.yaml
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** What is declared, where it disagrees, and what a change of it would move. */
export default function InventoryPage() {
  useTitle("Inventory");
  const parts = useQuery(partsQuery);
  const proposals = useQuery(proposalsQuery);
  return (
    <div className="page stack">
      <header className="page-head">
        <h1>Inventory</h1>
        <Link to="/coverage/unplaced" className="btn end">
          Not placed
        </Link>
      </header>
      <Asked query={parts} what="The inventory could not be read">
        {(inventory) => (
          <>
            <Numbers
              label="What is declared"
              of={[
                { value: count(inventory.applications.length), label: "applications", to: "/applications" },
                { value: count(inventory.services.length), label: "services" },
                { value: count(inventory.teams.length), label: "teams", to: "/teams" },
                {
                  value: count(inventory.conflicts?.length ?? 0),
                  label: "conflicts",
                  note: "each with the rule that decided",
                },
              ]}
            />
            <TryInventory />
            <section className="panel" aria-label="Where sources disagree">
              <header>
                <h2>Where sources disagree</h2>
                <span className="end">{plural(inventory.conflicts?.length ?? 0, "conflict", "conflicts")}</span>
              </header>
              {inventory.conflicts?.length ? (
                <Conflicts list={inventory.conflicts} of />
              ) : (
                <p className="body muted">No two sources disagree.</p>
              )}
            </section>
          </>
        )}
      </Asked>
      <Asked query={proposals} what="The proposals could not be read">
        {(list) => <Proposals list={list} />}
      </Asked>
    </div>
  );
}
