import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { teamsQuery } from "../../api/queries";
import type { Issue } from "../../api/types";
import { disown } from "../../app/actions";
import { Window } from "../../parts/Window";

/** Takes the issue from its owner, with the reason; it goes to another team or waits in triage. */
export function NotMine({ issue, open, onClose }: { issue: Issue; open: boolean; onClose: () => void }) {
  return (
    <Window open={open} title={`Not ${issue.owner.team ?? "ours"}: ${issue.id}`} onClose={onClose}>
      <Form issue={issue} onClose={onClose} />
    </Window>
  );
}

function Form({ issue, onClose }: { issue: Issue; onClose: () => void }) {
  const { data: teams } = useQuery(teamsQuery);
  const [to, setTo] = useState("");
  const [reason, setReason] = useState("");
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!reason.trim()) {
      setWrong("A reason is needed: it becomes part of the proposed rule.");
      return;
    }
    setBusy(true);
    const done = await disown(issue.id, reason.trim(), to);
    setBusy(false);
    if (done) onClose();
  };
  return (
    <form className="state-form" onSubmit={(event) => void submit(event)}>
      <p>
        The issue leaves {issue.owner.team ?? "its owner"}, and the inventory page shows the rule that would say so for
        good.
      </p>
      <label className="field">
        <span>It belongs to</span>
        <select className="input" value={to} onChange={(event) => setTo(event.target.value)}>
          <option value="">nobody knows: triage</option>
          {(teams ?? [])
            .map((row) => row.team.name)
            .filter((name) => name !== issue.owner.team)
            .map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
        </select>
      </label>
      <label className="field">
        <span>Reason</span>
        <textarea
          className="input"
          rows={3}
          value={reason}
          aria-invalid={wrong !== "" && !reason.trim()}
          onChange={(event) => {
            setWrong("");
            setReason(event.target.value);
          }}
        />
      </label>
      {wrong && (
        <p role="alert" className="stop-t">
          {wrong}
        </p>
      )}
      <div className="window-foot">
        <button type="button" className="btn" onClick={onClose}>
          Cancel
        </button>
        <button type="submit" className="btn primary" disabled={busy}>
          Not mine
        </button>
      </div>
    </form>
  );
}
