import type { SuggestAnswer } from "../../api/mapping";
import { count, plural } from "../../format/number";
import { findingPlace } from "../../parts/place";
import { SeverityMark } from "../../parts/SeverityMark";
import { WarningList } from "./WarningList";

/** What the mapping would import: the first findings, and what was odd. */
export function MapPreview({ answer, busy }: { answer: SuggestAnswer; busy: boolean }) {
  return (
    <section className="panel" aria-labelledby="would" aria-busy={busy}>
      <header>
        <h2 id="would">
          It would import {plural(answer.count, "finding", "findings")}
          {answer.warnings.length > 0 && `, with ${plural(answer.warnings.length, "warning", "warnings")}`}
        </h2>
        <span className="end">
          {answer.findings.length < answer.count ? `the first ${count(answer.findings.length)}` : "all of them"}, in the
          order of the file
        </span>
      </header>
      {answer.error && <p className="body stop-t">{answer.error}</p>}
      {answer.findings.length > 0 && (
        <div className="scroll-x">
          <table className="list map-rows">
            <thead>
              <tr>
                <th scope="col">Severity</th>
                <th scope="col">Title</th>
                <th scope="col">Rule</th>
                <th scope="col">Place</th>
                <th scope="col">Identifiers</th>
              </tr>
            </thead>
            <tbody>
              {answer.findings.map((finding) => (
                <tr key={finding.index}>
                  <td data-label="Severity">
                    <SeverityMark severity={finding.severity} raw={finding.severity_raw} />
                  </td>
                  <td data-label="Title">{finding.title}</td>
                  <td data-label="Rule">
                    <code>{finding.rule}</code>
                  </td>
                  <td data-label="Place">
                    {findingPlace(finding) ? (
                      <code>{findingPlace(finding)}</code>
                    ) : (
                      <span className="warn-t">none</span>
                    )}
                  </td>
                  <td data-label="Identifiers">
                    {[...(finding.identifiers ?? []), ...(finding.cwes ?? []).map((cwe) => `CWE-${cwe}`)].join(", ")}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {answer.warnings.length > 0 && (
        <div className="body">
          <WarningList warnings={answer.warnings} />
        </div>
      )}
    </section>
  );
}
