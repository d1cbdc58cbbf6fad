import { useQuery } from "@tanstack/react-query";
import { splitQuery } from "../../api/queries";
import type { Issue } from "../../api/types";
import { decibans } from "../../format/number";
import { titleOf } from "../../parts/place";
import { Problem } from "../../parts/Problem";
import { TierPill } from "../../parts/Tier";

function Part({ issue, stays }: { issue: Issue; stays: boolean }) {
  return (
    <li className="panel split-part">
      <p className="xs muted">{stays ? "Stays" : "A new issue"}</p>
      <p>
        <b>{titleOf(issue)}</b>
      </p>
      <p className="xs muted">
        <code>{issue.place}</code>
      </p>
      <p className="row">
        <TierPill tier={issue.tier} />
        <span>
          score <b className="n">{decibans(issue.score)}</b>
        </span>
        <span>{issue.owner.team ?? "no owner"}</span>
      </p>
    </li>
  );
}

/** Both issues that a split would leave, with owner, deadline and score, before it is done. */
export function SplitPreview({ id, findings }: { id: string; findings: string[] }) {
  const { data, error, refetch } = useQuery(splitQuery(id, findings));
  if (error) return <Problem what="The split could not be previewed" error={error} retry={() => void refetch()} />;
  if (!data) return null;
  return (
    <ul className="split-parts" aria-label="What the split leaves">
      {data.issues.map((issue) => (
        <Part key={issue.id} issue={issue} stays={issue.id === id} />
      ))}
    </ul>
  );
}
