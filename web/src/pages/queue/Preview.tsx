import { useQuery } from "@tanstack/react-query";
import { issueQuery } from "../../api/queries";
import type { Issue } from "../../api/types";
import { useNow } from "../../app/clock";
import { issueAddress, Link } from "../../app/router";
import { confidence, count, decibans, plural } from "../../format/number";
import { Due } from "../../parts/Due";
import { Icon, kindIcon } from "../../parts/Icon";
import { MiddleCut } from "../../parts/MiddleCut";
import { findingPlace, titleOf } from "../../parts/place";
import { Problem } from "../../parts/Problem";
import { StateTag } from "../../parts/StateTag";
import { SuggestionBlock } from "../../parts/SuggestionBlock";
import { TierPill } from "../../parts/Tier";
import { WaterfallShort } from "../../parts/Waterfall";
import "./preview.css";

interface Props {
  id: string;
  /** The row of the list, shown until the whole issue is here. */
  row: Issue | undefined;
  /** The list is of merges to confirm: the pair comes first. */
  merge: boolean;
  onState: () => void;
  onClose: () => void;
}

/** The issue beside the list: score, findings, fix, actions. J and K move it along. */
export function Preview({ id, row, merge, onState, onClose }: Props) {
  const now = useNow();
  const { data, error, refetch } = useQuery(issueQuery(id));
  const issue = data?.issue ?? row;
  const suggestions = issue?.suggestions ?? [];
  const first = suggestions[0];
  return (
    <aside className="peek" aria-label="Preview">
      <header className="peek-head">
        <code className="dim">{id}</code>
        <span className="row end">
          <Link to={issueAddress(id)} className="btn sm ghost icon" aria-label="Open the issue">
            <Icon name="open" />
          </Link>
          <button type="button" className="btn sm ghost icon" aria-label="Close the preview" onClick={onClose}>
            <Icon name="close" />
          </button>
        </span>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="peek-body" tabIndex={0} aria-label="Issue">
        {error && <Problem what="The issue could not be read" error={error} retry={() => void refetch()} />}
        {issue && (
          <>
            <h2>{titleOf(issue)}</h2>
            <div className="peek-line">
              <TierPill tier={issue.tier} />
              {issue.due && (
                <span>
                  due <Due at={issue.due} now={now} />
                </span>
              )}
              <StateTag state={issue.state} />
            </div>
            {merge && first && data && (
              <section aria-label="Merge to confirm">
                <h3>
                  <span>Is this the same issue?</span>
                  {suggestions.length > 1 && <span className="muted n">1 of {count(suggestions.length)}</span>}
                </h3>
                <ul className="fnds">
                  <SuggestionBlock issue={id} suggestion={first} threshold={data.threshold} keys />
                </ul>
              </section>
            )}
            <section>
              <h3>
                <span>{data?.rank ? `Rank ${count(data.rank)} of ${count(data.of)}, because` : "Ranks because"}</span>
                <span className="muted">
                  score <b className="n">{decibans(issue.score)}</b>
                </span>
              </h3>
              <WaterfallShort terms={issue.because} />
            </section>
            {data?.issue.findings && (
              <section>
                <h3>
                  <span>
                    {data.issue.findings.length === 1
                      ? "One finding"
                      : `${count(data.issue.findings.length)} findings, one issue`}
                  </span>
                  {data.issue.findings.length > 1 && (
                    <span className="muted n">weakest link {confidence(data.issue.confidence)}</span>
                  )}
                </h3>
                <ul className="peek-findings">
                  {data.issue.findings.slice(0, 12).map((finding) => (
                    <li key={finding.identity ?? `${finding.report} ${finding.index}`}>
                      <Icon name={kindIcon(finding.kind)} small />
                      <span className="ell">{finding.tool}</span>
                      <MiddleCut text={findingPlace(finding)} className="dim" />
                    </li>
                  ))}
                  {data.issue.findings.length > 12 && <li>and {count(data.issue.findings.length - 12)} more</li>}
                </ul>
              </section>
            )}
            {issue.fix && (
              <section>
                <h3>Fix</h3>
                <p>{issue.fix}</p>
              </section>
            )}
            {!merge && first && (
              <section>
                <Link className="link" to={`${issueAddress(id)}#links`}>
                  {plural(suggestions.length, "merge waits", "merges wait")} to be confirmed
                </Link>
              </section>
            )}
          </>
        )}
      </section>
      <footer className="peek-foot">
        <Link to={issueAddress(id)} className="btn primary">
          Open <kbd>Enter</kbd>
        </Link>
        <button type="button" className="btn" onClick={onState}>
          State <kbd>E</kbd>
        </button>
      </footer>
    </aside>
  );
}
