import { useQuery } from "@tanstack/react-query";
import type { ServiceRow } from "../api/estate";
import { coverageQuery } from "../api/queries";
import { term } from "../app/router";
import { kindWord } from "../format/words";
import { isShown } from "../pages/coverage/standing";
import { worstFirst } from "./counts";
import { Known, ServiceName, TeamName } from "./Names";
import { OpenCells } from "./QueueNumbers";
import { ScanDot } from "./ScanMark";

/** Services, the most urgent first. */
export function ServiceTable({ services, owner = true }: { services: ServiceRow[]; owner?: boolean }) {
  const { data: coverage } = useQuery(coverageQuery);
  const rows = worstFirst(
    services,
    (each) => each.issues,
    (each) => each.name,
  );
  return (
    <div className="scroll-x">
      <table className="list">
        <thead>
          <tr>
            <th scope="col">Service</th>
            {owner && <th scope="col">Owner</th>}
            <th scope="col">Exposure</th>
            <th scope="col">Data</th>
            <th scope="col" className="r">
              Urgent
            </th>
            <th scope="col" className="r">
              Late
            </th>
            <th scope="col" className="r">
              Open
            </th>
            <th scope="col">Scans</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => {
            const filter = term("service", row.name);
            return (
              <tr key={row.name}>
                <th scope="row">
                  <ServiceName name={row.name} />
                </th>
                {owner && (
                  <td data-label="Owner">
                    <TeamName name={row.owner} />
                  </td>
                )}
                <td data-label="Exposure">
                  <Known word={row.exposure} />
                </td>
                <td data-label="Data" className="muted">
                  {row.data.join(", ") || "–"}
                </td>
                <OpenCells issues={row.issues} filter={filter} />
                <td data-label="Scans">
                  <span className="scan-dots">
                    {(coverage ?? [])
                      .filter((scan) => scan.service === row.name && isShown(scan))
                      .map((scan) => (
                        <ScanDot key={scan.kind} kind={kindWord(scan.kind)} row={scan} />
                      ))}
                  </span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
