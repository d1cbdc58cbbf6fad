import type { RefObject } from "react";
import { Dialog, Popover } from "react-aria-components";
import type { Issue } from "../../api/types";
import { decibans } from "../../format/number";
import { exactTime } from "../../format/time";
import { FactList } from "../../parts/Facts";
import { OwnerChain, TierReasons } from "../../parts/OwnerChain";
import { WaterfallShort } from "../../parts/Waterfall";
import type { Column } from "./IssueRow";
import "../../parts/window.css";

interface Props {
  issue: Issue | undefined;
  column: Column | null;
  anchor: RefObject<Element | null>;
  onClose: () => void;
}

function title(issue: Issue, column: Column | null): string {
  if (column === "owner") return issue.owner.team ? `Owner ${issue.owner.team}, because` : "No owner, because";
  if (column === "tier" || column === "due") return `${issue.tier.label}, because`;
  if (column === "facts") return "Six facts";
  return `Score ${decibans(issue.score)}, because`;
}

function Reasons({ issue, column }: { issue: Issue; column: Column | null }) {
  if (column === "owner") return <OwnerChain owner={issue.owner} />;
  if (column === "facts") return <FactList issue={issue} />;
  if (column === "tier" || column === "due") {
    return (
      <>
        {issue.due && <p>Due {exactTime(issue.due)}</p>}
        <TierReasons tier={issue.tier} />
      </>
    );
  }
  return <WaterfallShort terms={issue.because} />;
}

/** The reasons of the value that has focus, beside it. */
export function Because({ issue, column, anchor, onClose }: Props) {
  return (
    <Popover
      className="bubble"
      triggerRef={anchor}
      isOpen={issue !== undefined}
      onOpenChange={(open) => !open && onClose()}
      placement="bottom start"
    >
      {issue && (
        <Dialog className="bubble-in" aria-label={title(issue, column)}>
          <h3>{title(issue, column)}</h3>
          <Reasons issue={issue} column={column} />
        </Dialog>
      )}
    </Popover>
  );
}
