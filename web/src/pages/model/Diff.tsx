import type { RiskDiff } from "../../api/risk";
import { count } from "../../format/number";
import { MoveList } from "../../parts/Moves";
import { Numbers } from "../../parts/Numbers";
import { TeamName } from "../../parts/Names";
import { TierMark } from "../../parts/Tier";

/** What a model would move: the heads of the queue, each tier, each team. */
export function Diff({ diff }: { diff: RiskDiff }) {
  const moved = diff.tiers.filter((tier) => tier.entering_count + tier.leaving_count > 0);
  return (
    <>
      <Numbers
        label="What would move"
        of={[
          { value: count(diff.rescored), label: "other score", note: `of ${count(diff.issues)} in the queue` },
          { value: count(diff.retiered), label: "other deadline" },
          ...diff.top.map((top) => ({
            value: count(top.entering.length),
            label: `into the first ${top.first}`,
            note: `${count(top.leaving.length)} out of them`,
          })),
        ]}
      />
      <section className="panel" aria-label="By tier">
        <header>
          <h2>By tier</h2>
          <span className="end">strictest first</span>
        </header>
        <div className="scroll-x">
          <table className="list">
            <thead>
              <tr>
                <th scope="col">Fix within</th>
                <th scope="col">In words</th>
                {["Now", "Then", "Enter", "Leave"].map((head) => (
                  <th key={head} scope="col" className="r">
                    {head}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {diff.tiers.map((tier) => (
                <tr key={tier.label}>
                  <th scope="row">
                    <TierMark
                      tier={{
                        id: tier.tier,
                        label: tier.label,
                        ...(tier.days === undefined ? {} : { days: tier.days }),
                      }}
                    />
                  </th>
                  <td data-label="In words" className="muted">
                    {tier.label}
                  </td>
                  <td data-label="Now" className="r n">
                    {count(tier.before)}
                  </td>
                  <td data-label="Then" className="r n b">
                    {count(tier.after)}
                  </td>
                  <td data-label="Enter" className="r n">
                    {count(tier.entering_count)}
                  </td>
                  <td data-label="Leave" className="r n">
                    {count(tier.leaving_count)}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      {diff.teams.length > 0 && (
        <section className="panel" aria-label="By team">
          <header>
            <h2>By team</h2>
            <span className="end">enter and leave; teams that nothing moves for are left out</span>
          </header>
          <ul className="body model-own">
            {diff.teams.map((team) => (
              <li key={team.team ?? ""}>
                <b className="m">
                  <TeamName name={team.team} />
                </b>{" "}
                {[...new Set([...Object.keys(team.entering), ...Object.keys(team.leaving)])].map((key) => (
                  <span key={key} className="tag model-team">
                    {key}: +{team.entering[key] ?? 0} −{team.leaving[key] ?? 0}
                  </span>
                ))}
              </li>
            ))}
          </ul>
        </section>
      )}
      {diff.top
        .filter((top) => top.entering.length + top.leaving.length > 0)
        .map((top) => (
          <div key={top.first} className="model-pair">
            <section className="panel" aria-label={`Into the first ${top.first}`}>
              <header>
                <h2>Into the first {top.first}</h2>
              </header>
              <div className="body">
                <MoveList moves={top.entering} label={`Into the first ${top.first}, in the new order`} />
              </div>
            </section>
            <section className="panel" aria-label={`Out of the first ${top.first}`}>
              <header>
                <h2>Out of the first {top.first}</h2>
              </header>
              <div className="body">
                <MoveList moves={top.leaving} label={`Out of the first ${top.first}, in the old order`} />
              </div>
            </section>
          </div>
        ))}
      {moved.map((tier) => (
        <section key={tier.label} className="panel" aria-label={`Tier ${tier.label}`}>
          <header>
            <h2>{tier.label}</h2>
            <span className="end">
              {count(tier.entering_count)} enter, {count(tier.leaving_count)} leave; in the order of the queue
            </span>
          </header>
          <div className="body model-pair">
            <MoveList moves={tier.entering} label={`Into ${tier.label}`} />
            <MoveList moves={tier.leaving} label={`Out of ${tier.label}`} />
          </div>
        </section>
      ))}
    </>
  );
}
