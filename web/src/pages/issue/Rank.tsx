import type { IssueView } from "../../api/types";
import { count, decibans } from "../../format/number";
import { WaterfallTable } from "../../parts/Waterfall";

/** The account of the score, one row a term. */
export function Rank({ view }: { view: IssueView }) {
  const { issue, rank, of, model } = view;
  return (
    <section className="panel" id="rank" tabIndex={-1} aria-labelledby="rank-head">
      <header>
        <h2 id="rank-head">{rank ? `Why it ranks ${count(rank)} of ${count(of)}` : "Why it would rank"}</h2>
        <span className="end">
          Score <b className="n rank-score">{decibans(issue.score)}</b> orders the queue; it is not a probability. Model{" "}
          {model.name}, version {model.version}
        </span>
      </header>
      <div className="body">
        <WaterfallTable issue={issue} />
      </div>
    </section>
  );
}
