import type { Issue, RankTerm } from "../api/types";
import { useNow } from "../app/clock";
import { decibans, signed } from "../format/number";
import { signalWord } from "../format/words";
import { type Step, waterfall } from "./waterfall";
import { When } from "./When";
import "./waterfall.css";

/** A bar on the scale of all, with a line where nought is unless that is the edge. */
function Bar({ step, zero }: { step: Step; zero: number }) {
  const place = { left: `${step.left}%`, width: `${step.width}%` };
  return (
    <span className="wt" aria-hidden="true">
      {zero > 0 && <u style={{ left: `${zero}%` }} />}
      <i className={step.lowers ? "lowers" : ""} style={place} />
    </span>
  );
}

/** Terms of one signal may repeat, so the place in the list is part of the key. */
const keyed = (steps: Step[]) => steps.map((step, place) => ({ step, key: `${place} ${step.term.signal}` }));

/** Letters that have room beside the bars of the preview. */
const ROOM = 24;

/** The fact itself where it is short, else the name of the term. */
const shortName = (term: RankTerm): string =>
  term.fact !== "" && term.fact.length <= ROOM ? term.fact : signalWord(term.signal);

/** The terms of a score in the preview: name, bar, points. */
export function WaterfallShort({ terms }: { terms: RankTerm[] }) {
  const { steps, zero } = waterfall(terms);
  return (
    <ol className="wf-short">
      {keyed(steps).map(({ step, key }) => (
        <li key={key} title={`${step.term.fact} (${step.term.source})`}>
          <span className="ell">{shortName(step.term)}</span>
          <Bar step={step} zero={zero} />
          <span className="n r">{signed(step.term.points)}</span>
        </li>
      ))}
    </ol>
  );
}

/** The whole account of a score: name, fact, source and date, bar, points; what is not known at the end; the sum. */
export function WaterfallTable({ issue }: { issue: Issue }) {
  const now = useNow();
  const { steps, sum, zero } = waterfall(issue.because);
  return (
    <table className="wf">
      <caption className="vh">Terms of the score, in decibans</caption>
      <colgroup>
        <col className="wf-c-name" />
        <col />
        <col className="wf-c-source" />
        <col className="wf-c-bar" />
        <col className="wf-c-points" />
      </colgroup>
      <thead className="vh">
        <tr>
          <th scope="col">Term</th>
          <th scope="col">Fact</th>
          <th scope="col">Source</th>
          <th scope="col">Bar</th>
          <th scope="col">Points</th>
        </tr>
      </thead>
      <tbody>
        {keyed(steps).map(({ step, key }) => (
          <tr key={key}>
            <th scope="row">{signalWord(step.term.signal)}</th>
            <td className="wf-fact">{step.term.fact}</td>
            <td className="wf-source">
              <span>{step.term.source}</span> {step.term.at && <When at={step.term.at} now={now} as="date" />}
            </td>
            <td className="wf-bar">
              <Bar step={step} zero={zero} />
            </td>
            <td className="n r">{signed(step.term.points)}</td>
          </tr>
        ))}
        {issue.unknown?.map((fact) => (
          <tr key={fact} className="wf-unknown">
            <th scope="row">
              <span className="fact u">?</span> {signalWord(fact.split(" ")[0] ?? fact)}
            </th>
            <td className="wf-fact" colSpan={2}>
              {fact.includes(" ") ? `not known now: ${fact.slice(fact.indexOf("(") + 1, -1)}` : "not known; would change the score"}
            </td>
            <td className="wf-bar" />
            <td className="n r dim">?</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">Score</th>
          <td colSpan={3} className="wf-fact" />
          <td className="n r b">{decibans(sum)}</td>
        </tr>
      </tfoot>
    </table>
  );
}
