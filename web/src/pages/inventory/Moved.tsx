import type { InventoryAnswer } from "../../api/inventory";
import { issueAddress, Link } from "../../app/router";
import { count, plural } from "../../format/number";
import { sentence } from "../../format/words";
import { Numbers } from "../../parts/Numbers";

const SHOWN = 200;
const word = (text: string): string => text || "none";

/** What files declare, and which issues they move. */
export function MovedList({ answer }: { answer: InventoryAnswer }) {
  const { moved } = answer;
  const shown = moved.list.slice(0, SHOWN);
  return (
    <>
      {answer.warnings.length > 0 && (
        <section className="panel" aria-label="Warnings">
          <header>
            <h2>{plural(answer.warnings.length, "warning", "warnings")}</h2>
          </header>
          <ul className="body inv-warnings">
            {answer.warnings.map((warning) => (
              <li key={warning}>{warning}</li>
            ))}
          </ul>
        </section>
      )}
      <Numbers
        label="What would move"
        of={[
          { value: count(moved.issues), label: moved.issues === 1 ? "issue moves" : "issues move" },
          ...Object.entries(moved.counts).map(([what, n]) => ({ value: count(n), label: `with another ${what}` })),
          {
            value: count(answer.services),
            label: "services declared",
            note: `${plural(answer.teams, "team", "teams")}, ${plural(answer.applications, "application", "applications")}`,
          },
        ]}
      />
      {shown.length > 0 && (
        <section className="panel" aria-label="Issues that move">
          <header>
            <h2>Issues that move</h2>
            <span className="end">
              by id{moved.issues > shown.length && `, the first ${count(shown.length)} of ${count(moved.issues)}`}
            </span>
          </header>
          <div className="scroll-x">
            <table className="list inv-moved">
              <thead>
                <tr>
                  <th scope="col">Issue</th>
                  <th scope="col">What changes</th>
                </tr>
              </thead>
              <tbody>
                {shown.map((row) => (
                  <tr key={row.issue}>
                    <th scope="row">
                      <Link to={issueAddress(row.issue)} className="plain-link">
                        {row.title || row.issue}
                      </Link>
                    </th>
                    <td data-label="What changes">
                      <ul className="inv-changes">
                        {row.changes.map((change) => (
                          <li key={change.what}>
                            <span className="muted">{sentence(change.what)}</span> {word(change.from)} →{" "}
                            <b className="m">{word(change.to)}</b>
                          </li>
                        ))}
                      </ul>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
    </>
  );
}
