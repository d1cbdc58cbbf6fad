import { useQuery } from "@tanstack/react-query";
import { issueQuery } from "../api/queries";
import type { Suggestion } from "../api/types";
import { answerSuggestion } from "../app/actions";
import { issueAddress, Link } from "../app/router";
import { Confidence, Evidence } from "./Evidence";
import { Icon } from "./Icon";
import { findingPlace, titleOf } from "./place";
import "./finding-block.css";

interface Props {
  issue: string;
  suggestion: Suggestion;
  threshold: number;
  /** Y and N answer it: they are shown on the buttons. */
  keys?: boolean;
}

/** A possible duplicate below the threshold: dashed, until a person says. */
export function SuggestionBlock({ issue, suggestion, threshold, keys = false }: Props) {
  const { data } = useQuery(issueQuery(suggestion.issue));
  const finding = data?.issue.findings?.find((each) => each.identity === suggestion.finding);
  const title = data ? titleOf(data.issue) : suggestion.issue;
  return (
    <li className="fnd is-suggested">
      <div className="fnd-head">
        <Icon name="merge" />
        <div className="fnd-what">
          <p>
            <b>Suggested:</b>{" "}
            <Link to={issueAddress(suggestion.issue)} className="link">
              {title}
            </Link>
          </p>
          <p className="xs muted">
            <code>{suggestion.issue}</code>
            {finding && (
              <>
                {" · "}
                {finding.tool} · <code>{findingPlace(finding)}</code>
              </>
            )}
          </p>
        </div>
        <div className="fnd-acts">
          <Confidence value={suggestion.confidence} threshold={threshold} />
          <button
            type="button"
            className="btn sm"
            onClick={() => void answerSuggestion(issue, suggestion.finding, "accept")}
            aria-label={`Accept: ${title} is the same issue`}
          >
            <Icon name="check" small />
            Accept {keys && <kbd>Y</kbd>}
          </button>
          <button
            type="button"
            className="btn sm"
            onClick={() => void answerSuggestion(issue, suggestion.finding, "reject")}
            aria-label={`Reject: ${title} is another issue`}
          >
            <Icon name="close" small />
            Reject {keys && <kbd>N</kbd>}
          </button>
        </div>
      </div>
      <div className="fnd-evidence">
        <Evidence because={suggestion.because} />
      </div>
    </li>
  );
}
