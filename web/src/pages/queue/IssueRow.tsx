import type { CSSProperties, MouseEvent } from "react";
import type { Issue } from "../../api/types";
import { issueAddress, Link } from "../../app/router";
import { decibans } from "../../format/number";
import { Due } from "../../parts/Due";
import { Facts } from "../../parts/Facts";
import { Icon, kindIcon } from "../../parts/Icon";
import { MiddleCut } from "../../parts/MiddleCut";
import { titleOf } from "../../parts/place";
import { StateTag } from "../../parts/StateTag";
import { TierMark } from "../../parts/Tier";

/** Columns of the grid in their order; cells are addressed by these names. */
export const COLUMNS = ["select", "rank", "issue", "tier", "facts", "score", "owner", "due"] as const;
export type Column = (typeof COLUMNS)[number];

interface Props {
  issue: Issue;
  /** 1 is first. */
  place: number;
  now: Date;
  active: boolean;
  /** The cell that has the tab stop, where it is not the row. */
  column: Column | null;
  selected: boolean;
  style: CSSProperties;
  onSelect: (id: string) => void;
  onPoint: (id: string, event: MouseEvent) => void;
}

/** Where it is, and what names it: service and identifier, or service and place. */
function Meta({ issue }: { issue: Issue }) {
  const service = issue.services[0] ?? issue.application;
  const named = issue.identifiers[0] ?? issue.place;
  return (
    <span className="iss-meta">
      <Icon name={kindIcon(issue.kind)} small />
      {service && (
        <>
          <b className="ell">{service}</b>
          {issue.services.length > 1 && <span className="dim">+{issue.services.length - 1}</span>}
          <span className="sep">·</span>
        </>
      )}
      <MiddleCut text={named} />
    </span>
  );
}

export function IssueRow({ issue, place, now, active, column, selected, style, onSelect, onPoint }: Props) {
  const stop = (name: Column) => (active && column === name ? 0 : -1);
  const cell = (name: Column) => ({
    role: "gridcell",
    tabIndex: stop(name),
    "data-column": name,
    className: `g-${name}`,
  });
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys are heard by the grid
    <div
      role="row"
      data-id={issue.id}
      aria-rowindex={place + 1}
      aria-selected={selected}
      tabIndex={active && column === null ? 0 : -1}
      className={active ? "g-row is-active" : "g-row"}
      style={style}
      onClick={(event) => onPoint(issue.id, event)}
    >
      <div {...cell("select")}>
        <input
          type="checkbox"
          tabIndex={-1}
          checked={selected}
          aria-label={`Select ${titleOf(issue)}`}
          onChange={() => onSelect(issue.id)}
        />
      </div>
      <div {...cell("rank")}>{issue.rank ?? place}</div>
      <div {...cell("issue")}>
        <span className="iss-title">
          <Link to={issueAddress(issue.id)} tabIndex={-1} className="ell" title={titleOf(issue)}>
            {titleOf(issue)}
          </Link>
          <StateTag state={issue.state} />
        </span>
        <Meta issue={issue} />
      </div>
      <div {...cell("tier")}>
        <TierMark tier={issue.tier} />
      </div>
      <div {...cell("facts")}>
        <Facts issue={issue} />
      </div>
      <div {...cell("score")}>{decibans(issue.score)}</div>
      <div {...cell("owner")}>
        {issue.owner.team ? <span className="ell">{issue.owner.team}</span> : <span className="dim">none</span>}
      </div>
      <div {...cell("due")}>
        <Due at={issue.due} now={now} />
      </div>
    </div>
  );
}
