import type { Status } from "../../api/types";
import { copy } from "../../app/actions";
import { useNow } from "../../app/clock";
import { useTitle } from "../../app/title";
import { plural } from "../../format/number";
import { Icon } from "../../parts/Icon";
import { When } from "../../parts/When";
import { ImportForm } from "../imports/ImportForm";
import { FirstIssue } from "./FirstIssue";
import "./first-run.css";

const CI_LINE = 'muster import --repo "$REPO" --commit "$SHA" reports/';

function Feeds({ feeds }: { feeds: Status["feeds"] }) {
  const now = useNow();
  if (feeds.length === 0) {
    return (
      <p className="muted">
        No feed is loaded yet, so ranking uses what the reports say. Load one: muster intel load FILE
      </p>
    );
  }
  return (
    <ul className="first-feeds">
      {feeds.map((feed) => (
        <li key={`${feed.feed} ${feed.date ?? ""}`}>
          <b className="m">{feed.feed}</b> {plural(feed.rows, "row", "rows")}
          {feed.date && (
            <span className="dim">
              {" of "}
              <When at={feed.date} now={now} as="date" />
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Nothing is here yet: one action, and what comes after it. */
export function FirstRun({ status, onDone }: { status: Status; onDone: () => void }) {
  useTitle("Start");
  const ranked = status.issues > 0;
  return (
    <div className="page first">
      {!ranked && <h1>Drop your scan reports, get one ranked list</h1>}
      <ImportForm
        onOpen={onDone}
        after={(answer) => <FirstIssue answer={answer} />}
        welcome={
          <p className="lead">
            Files, folders or archives of any scanner. They are recognised by content and shown to you before anything
            is stored.
          </p>
        }
      />
      <section className="panel" aria-labelledby="first-intel">
        <header>
          <h2 id="first-intel">Intelligence for ranking</h2>
        </header>
        <div className="body">
          <Feeds feeds={status.feeds} />
        </div>
      </section>
      <section className="panel" aria-labelledby="first-ci">
        <header>
          <h2 id="first-ci">From now on, by itself</h2>
        </header>
        <div className="body first-ci">
          <code>{CI_LINE}</code>
          <button type="button" className="btn sm" onClick={() => void copy(CI_LINE, "Line")}>
            <Icon name="copy" small />
            Copy for CI
          </button>
        </div>
      </section>
    </div>
  );
}
