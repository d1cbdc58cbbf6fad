import { useState } from "react";
import { useNow } from "../../app/clock";
import { Link } from "../../app/router";
import { kindWord } from "../../format/words";
import { ScanMark, shortText } from "../../parts/ScanMark";
import { ShowMore } from "../../parts/ShowMore";
import { isShown, type ServiceStanding } from "./standing";

/** Rows that are drawn at first; the others on request. */
const STEP = 200;

interface Props {
  list: ServiceStanding[];
  kinds: string[];
  /** Address of a cell's account. */
  cell: (service: string, kind: string) => string;
}

/** Service by kind of scan. */
export function CoverageGrid({ list, kinds, cell }: Props) {
  const now = useNow();
  const [shown, setShown] = useState(STEP);
  return (
    <>
      <div className="scroll-x">
        <table className="cov">
          <thead>
            <tr>
              <th scope="col">Service</th>
              <th scope="col">Owner</th>
              <th scope="col">Criticality</th>
              {kinds.map((kind) => (
                <th key={kind} scope="col">
                  {kindWord(kind)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {list.slice(0, shown).map((each) => (
              <tr key={each.service}>
                <th scope="row">
                  <Link to={`/services/${encodeURIComponent(each.service)}`} className="plain-link">
                    {each.service}
                  </Link>
                </th>
                <td>
                  {each.team ? (
                    <Link to={`/teams/${encodeURIComponent(each.team)}`} className="plain-link">
                      {each.team}
                    </Link>
                  ) : (
                    <span className="warn-t">none</span>
                  )}
                </td>
                <td className="muted">{each.criticality === "unknown" ? "not known" : each.criticality}</td>
                {kinds.map((kind) => {
                  const row = each.cells.get(kind);
                  return (
                    <td key={kind} data-label={kindWord(kind)} className="cov-td">
                      {row && isShown(row) ? (
                        <Link
                          to={cell(each.service, kind)}
                          className="plain-link"
                          aria-label={`${kindWord(kind)} of ${each.service}: ${[row.state, shortText(row)].filter(Boolean).join(", ")}`}
                        >
                          <ScanMark row={row} now={now} />
                        </Link>
                      ) : (
                        <span className="dim">n/a</span>
                      )}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ShowMore of={list.length} shown={shown} step={STEP} onShow={setShown} />
    </>
  );
}
