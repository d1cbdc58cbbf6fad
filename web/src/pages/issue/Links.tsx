import { useState } from "react";
import type { IssueFinding, IssueView, Presence } from "../../api/types";
import { splitOff } from "../../app/actions";
import { useNow } from "../../app/clock";
import { confidence, plural, signed, tenthsOf } from "../../format/number";
import { kindWord } from "../../format/words";
import { Confidence, Evidence } from "../../parts/Evidence";
import { Icon, kindIcon } from "../../parts/Icon";
import { findingPlace } from "../../parts/place";
import { SeverityMark } from "../../parts/SeverityMark";
import { SuggestionBlock } from "../../parts/SuggestionBlock";
import { When } from "../../parts/When";
import "../../parts/finding-block.css";
import { distinct, type SeenFinding } from "./findings";
import { SplitPreview } from "./SplitPreview";

const PRESENCE: Record<Presence, string> = { open: "there", held: "gone, waits for the next scan", closed: "gone" };

function Seen({ finding }: { finding: IssueFinding }) {
  const now = useNow();
  return (
    <>
      {finding.first_seen && (
        <>
          {" · first "}
          <When at={finding.first_seen} now={now} as="date" />
        </>
      )}
      {finding.last_seen && (
        <>
          {", last "}
          <When at={finding.last_seen} now={now} />
        </>
      )}
    </>
  );
}

interface BlockProps {
  finding: SeenFinding;
  threshold: number;
  alone: boolean;
  splitting: boolean;
  chosen: boolean;
  onChoose: () => void;
  onSplit: () => void;
}

/** A finding: tool, rule, place, seen when, and what speaks for and against its being here. */
function FindingBlock({ finding, threshold, alone, splitting, chosen, onChoose, onSplit }: BlockProps) {
  const founder = finding.link.because.length === 0;
  const gone = Object.values(finding.present).every((state) => state === "closed");
  const name = `${finding.tool ?? "tool not named"} ${finding.rule}`;
  return (
    <li className={gone ? "fnd is-gone" : "fnd"}>
      <div className="fnd-head">
        {splitting && !founder ? (
          <input type="checkbox" checked={chosen} onChange={onChoose} aria-label={`Split off ${name}`} />
        ) : (
          <Icon name={kindIcon(finding.kind)} />
        )}
        <div className="fnd-what">
          <p>
            <b>{finding.tool}</b> {finding.tool_version && <span className="dim">{finding.tool_version}</span>}{" "}
            <span className="muted">{finding.rule}</span>
          </p>
          <p className="xs muted">
            <code>{findingPlace(finding)}</code>
            {founder && !alone && " · first of the issue"}
            <Seen finding={finding} />
          </p>
          <p className="xs fnd-marks">
            <SeverityMark severity={finding.severity} raw={finding.severity_raw} />
            <span className="tag">{kindWord(finding.kind)}</span>
            {finding.verified && <span className="tag">verified</span>}
            {finding.suppressed && <span className="tag">suppressed by {finding.suppressed.by}</span>}
            {Object.entries(finding.present).map(([ref, state]) => (
              <span key={ref} className={state === "open" ? "tag" : "tag dim"}>
                {ref || "default"}: {PRESENCE[state]}
              </span>
            ))}
          </p>
        </div>
        {!founder && (
          <div className="fnd-acts">
            <Confidence value={finding.link.confidence} threshold={threshold} />
            {!splitting && (
              <button type="button" className="btn sm ghost" onClick={onSplit} aria-label={`Split off ${name}`}>
                <Icon name="split" small />
                Split
              </button>
            )}
          </div>
        )}
      </div>
      {!founder && (
        <div className="fnd-evidence">
          <Evidence because={finding.link.because} />
          <p className="note">Linked by {finding.link.by}.</p>
        </div>
      )}
      <FindingText finding={finding} />
    </li>
  );
}

/** What the tool wrote, on demand and always as text. */
function FindingText({ finding }: { finding: SeenFinding }) {
  const parts = (
    [
      ["Title", finding.title],
      ["Description", finding.description],
      ["Remedy", finding.remediation],
      ["Request", finding.request],
      ["Response", finding.response],
      ["References", finding.references?.join("\n")],
      [finding.places.length > 1 ? "Reports" : "Report", finding.places.join("\n") || undefined],
      ["Identity", finding.identity],
    ] as const
  ).filter(([, text]) => text);
  return (
    <details className="fnd-raw">
      <summary>What {finding.tool ?? "the tool"} wrote</summary>
      <dl className="dl xs">
        {parts.map(([label, text]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd className="scanner mono">{text}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

const MOST = 40;

/** Each finding side by side with the evidence that made it part of the issue, and what might be part of it. */
export function Links({ view }: { view: IssueView }) {
  const { issue, threshold } = view;
  const findings = distinct(issue.findings);
  const suggestions = issue.suggestions ?? [];
  const [all, setAll] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<string> | undefined>();
  const shown = all ? findings : findings.slice(0, MOST);
  const prior = findings.find((finding) => finding.link.because[0])?.link.because[0];

  const toggle = (identity: string) => {
    const next = new Set(chosen);
    if (!next.delete(identity)) next.add(identity);
    setChosen(next);
  };
  const split = async () => {
    if (chosen && (await splitOff(issue.id, [...chosen]))) setChosen(undefined);
  };

  return (
    <section className="panel" id="links" aria-labelledby="links-head">
      <header>
        <h2 id="links-head">{findings.length > 1 ? "Why these are one issue" : "The finding behind it"}</h2>
        {findings.length > 1 && (
          <span className="end">
            {prior && <>A pair starts at {signed(prior.weight)}; </>}a sum of {signed(tenthsOf(threshold))}, a link of{" "}
            {confidence(threshold)}, merges. A person's choice always stands.
          </span>
        )}
      </header>
      <div className="body">
        {findings.length === 0 && <p className="muted">No finding of it is stored any more.</p>}
        <ul className="fnds">
          {shown.map((finding, at) => {
            const identity = finding.identity ?? String(at);
            return (
              <FindingBlock
                key={identity}
                finding={finding}
                threshold={threshold}
                alone={findings.length === 1}
                splitting={chosen !== undefined}
                chosen={chosen?.has(identity) ?? false}
                onChoose={() => toggle(identity)}
                onSplit={() => setChosen(new Set([identity]))}
              />
            );
          })}
          {suggestions.map((suggestion) => (
            <SuggestionBlock
              key={`${suggestion.issue} ${suggestion.finding}`}
              issue={issue.id}
              suggestion={suggestion}
              threshold={threshold}
            />
          ))}
        </ul>
        {shown.length < findings.length && (
          <button type="button" className="btn sm" onClick={() => setAll(true)}>
            Show {plural(findings.length - shown.length, "more finding", "more findings")}
          </button>
        )}
        {chosen && chosen.size > 0 && <SplitPreview id={issue.id} findings={[...chosen].sort()} />}
        {chosen && (
          <div className="row split-bar">
            <button type="button" className="btn primary" disabled={chosen.size === 0} onClick={() => void split()}>
              Split off {plural(chosen.size, "finding", "findings")}
            </button>
            <button type="button" className="btn" onClick={() => setChosen(undefined)}>
              Cancel
            </button>
            <span className="note">They become an issue of their own. It can be undone.</span>
          </div>
        )}
      </div>
    </section>
  );
}
