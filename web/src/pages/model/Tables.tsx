import type { RiskTable } from "../../api/risk";
import { plural } from "../../format/number";
import { sentence } from "../../format/words";
import { TierMark } from "../../parts/Tier";

/** The tables that give deadlines, a row a combination. */
export function Tables({ tables }: { tables: RiskTable[] }) {
  return (
    <>
      <p className="lead">
        A table gives the tier, and the tier the deadline. Each combination of its inputs has one row.
      </p>
      {tables.map((table) => (
        <section key={table.name} className="panel" aria-label={table.name}>
          <header>
            <h2>{table.name}</h2>
            <span className="note">
              {table.used_for.length > 0 ? `decides for ${table.used_for.join(", ")}` : "nothing uses it"} ·{" "}
              {table.source}
            </span>
            <span className="end">{plural(table.rows.length, "row", "rows")}, in the order of the file</span>
          </header>
          <details className="body" open={table.used_for.length > 0 && table.rows.length <= 24}>
            <summary className="link">Rows</summary>
            <div className="scroll-x">
              <table className="list">
                <thead>
                  <tr>
                    {table.inputs.map((input) => (
                      <th key={input} scope="col">
                        {sentence(input)}
                      </th>
                    ))}
                    <th scope="col">Fix within</th>
                    <th scope="col">In words</th>
                  </tr>
                </thead>
                <tbody>
                  {table.rows.map((row) => (
                    <tr key={row.values.join(" ")}>
                      {row.values.map((value, at) => (
                        <td key={table.inputs[at]} data-label={table.inputs[at]}>
                          {sentence(value)}
                        </td>
                      ))}
                      <td data-label="Fix within">
                        <TierMark
                          tier={{
                            id: row.tier,
                            label: row.label,
                            ...(row.days === undefined ? {} : { days: row.days }),
                          }}
                        />
                      </td>
                      <td data-label="In words" className="muted">
                        {row.label}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </details>
        </section>
      ))}
    </>
  );
}
