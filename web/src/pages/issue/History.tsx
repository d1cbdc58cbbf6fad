import { useState } from "react";
import type { IssueView } from "../../api/types";
import { undoDecision } from "../../app/actions";
import { useNow } from "../../app/clock";
import { count } from "../../format/number";
import { sentence } from "../../format/words";
import { Icon } from "../../parts/Icon";
import { When } from "../../parts/When";

const MOST = 30;

/** What was seen, decided and changed, newest first. Any decision can be taken back from here, however old. */
export function History({ view }: { view: IssueView }) {
  const now = useNow();
  const [all, setAll] = useState(false);
  const entries = [...view.history].sort((a, b) => b.at.localeCompare(a.at));
  const shown = all ? entries : entries.slice(0, MOST);
  const standing = view.issue.decisions?.some((decision) => !decision.ended);
  return (
    <section className="panel" id="history" aria-labelledby="history-head">
      <header>
        <h2 id="history-head">History</h2>
        {standing && (
          <span className="end">
            <button type="button" className="btn sm ghost" onClick={() => void undoDecision(view.issue.id)}>
              <Icon name="undo" small />
              Undo the last decision
            </button>
          </span>
        )}
      </header>
      <div className="body">
        {entries.length === 0 && <p className="muted">Nothing is recorded yet.</p>}
        <ol className="hist">
          {shown.map((entry, at) => (
            <li key={`${entry.at} ${entry.what} ${at}`}>
              <span className="dim n">
                <When at={entry.at} now={now} />
              </span>
              <span>
                <b className="m">{sentence(entry.what)}</b>
                {entry.by && <span className="muted"> by {entry.by}</span>}
                {entry.detail && <span className="hist-detail">{entry.detail}</span>}
              </span>
            </li>
          ))}
        </ol>
        {shown.length < entries.length && (
          <button type="button" className="btn sm" onClick={() => setAll(true)}>
            Show all {count(entries.length)}
          </button>
        )}
      </div>
    </section>
  );
}
