import { useInfiniteQuery } from "@tanstack/react-query";
import { issuesQuery } from "../../api/queries";
import type { ImportAnswer } from "../../api/types";
import { issueAddress, Link } from "../../app/router";
import { QUEUE_STATES } from "../../filter/parse";
import { decibans, plural } from "../../format/number";
import { Facts } from "../../parts/Facts";
import { titleOf } from "../../parts/place";
import { sixFacts } from "../../parts/facts";

/** What the first import led to: the issue that comes first, and how much of it is not known yet. */
export function FirstIssue({ answer }: { answer: ImportAnswer }) {
  const { data } = useInfiniteQuery(issuesQuery({ q: "", state: QUEUE_STATES, sort: "rank" }));
  const first = data?.pages[0]?.items[0];
  const read = answer.reports.filter((report) => !report.error);
  const findings = read.reduce((sum, report) => sum + report.findings, 0);
  if (!first) return null;
  const unknown = sixFacts(first).filter((fact) => fact.value === "unknown").length;
  return (
    <section className="first-issue" aria-labelledby="first-head">
      <h1 id="first-head">Your first issue is ranked</h1>
      <p className="lead">
        {plural(findings, "finding", "findings")} in {plural(read.length, "report", "reports")} became{" "}
        {plural(answer.issues.new, "issue", "issues")}. This one comes first.
      </p>
      <Link to={issueAddress(first.id)} className="panel first-card">
        <span className="first-rank n">1</span>
        <span className="first-what">
          <b>{titleOf(first)}</b>
          <span className="muted">
            {[first.services[0], first.identifiers[0] ?? first.place].filter(Boolean).join(" · ")}
          </span>
        </span>
        <Facts issue={first} />
        <b className="n first-score">{decibans(first.score)}</b>
      </Link>
      {unknown > 0 && (
        <p className="muted">
          {plural(unknown, "fact of it is", "facts of it are")} not known yet. An inventory (muster.yaml) says what is
          exposed and what matters, and sharpens the whole list.
        </p>
      )}
    </section>
  );
}
