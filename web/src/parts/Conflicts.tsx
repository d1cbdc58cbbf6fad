import type { InventoryConflict, SourceLine } from "../api/estate";
import { sentence } from "../format/words";

export const sourceText = ({ file, line }: SourceLine): string => (line > 0 ? `${file}:${line}` : file);

/** Where sources disagree: what counts, what else is said, and the rule that decided. */
export function Conflicts({ list, of }: { list: InventoryConflict[]; of?: boolean }) {
  return (
    <div className="scroll-x">
      <table className="list">
        <thead>
          <tr>
            <th scope="col">Fact</th>
            {of && <th scope="col">Of</th>}
            <th scope="col">Counts</th>
            <th scope="col">Also said</th>
            <th scope="col">Rule</th>
          </tr>
        </thead>
        <tbody>
          {list.map((conflict) => {
            const [first, ...others] = conflict.said;
            return (
              <tr key={`${conflict.of} ${conflict.what}`}>
                <th scope="row">{sentence(conflict.what)}</th>
                {of && (
                  <td data-label="Of" className="muted">
                    {conflict.of}
                  </td>
                )}
                <td data-label="Counts">{first && <Said fact={first} />}</td>
                <td data-label="Also said">
                  {others.map((fact) => (
                    <Said key={`${fact.value} ${sourceText(fact.source)}`} fact={fact} />
                  ))}
                </td>
                <td data-label="Rule" className="muted">
                  {conflict.rule}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Said({ fact }: { fact: InventoryConflict["said"][number] }) {
  return (
    <span className="said">
      <b className="m">{fact.value}</b> <code className="dim">{sourceText(fact.source)}</code>
    </span>
  );
}
