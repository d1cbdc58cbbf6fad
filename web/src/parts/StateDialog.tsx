import { type FormEvent, useState } from "react";
import type { State } from "../api/types";
import { changeState } from "../app/actions";
import { useNow } from "../app/clock";
import { plural } from "../format/number";
import { DAY } from "../format/time";
import { Window } from "./Window";
import "./state.css";

interface Choice {
  state: State;
  label: string;
  hint: string;
  /** Whether an end is asked for, and whether it must be given. */
  until?: "may" | "must";
}

const CHOICES: Choice[] = [
  { state: "in_progress", label: "In progress", hint: "someone works on it; it stays in the queue" },
  { state: "accepted_risk", label: "Accept the risk", hint: "leaves the queue until the date", until: "may" },
  { state: "deferred", label: "Defer", hint: "comes back on the date", until: "must" },
  { state: "false_positive", label: "False positive", hint: "the scanner is wrong" },
  { state: "not_affected", label: "Not affected", hint: "real, but not here" },
  { state: "open", label: "Reopen", hint: "ends the decisions on it" },
];

/** The last moment of a day in the reader's zone. */
const endOf = (day: string): string => new Date(`${day}T23:59:59`).toISOString();
const dayOf = (at: Date): string => at.toISOString().slice(0, 10);

interface Props {
  /** Issues to change; nothing is shown while there are none. */
  ids: string[];
  current?: State | undefined;
  onClose: () => void;
}

/** State, reason and, for acceptance and deferral, the end. It can be undone, so nothing more is asked. */
export function StateDialog({ ids, current, onClose }: Props) {
  const open = ids.length > 0;
  return (
    <Window
      open={open}
      title={ids.length === 1 ? `State of ${ids[0]}` : `State of ${plural(ids.length, "issue", "issues")}`}
      onClose={onClose}
    >
      <StateForm ids={ids} current={current} onClose={onClose} />
    </Window>
  );
}

function StateForm({ ids, current, onClose }: Props) {
  const now = useNow();
  const [state, setState] = useState<State>(current === "in_progress" ? "accepted_risk" : "in_progress");
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState("");
  const [wrong, setWrong] = useState("");
  const [busy, setBusy] = useState(false);
  const choice = CHOICES.find((each) => each.state === state);
  const tomorrow = dayOf(new Date(now.getTime() + DAY));

  const choose = (next: State) => {
    setWrong("");
    setState(next);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!reason.trim()) return setWrong("A reason is needed: others will read it in the history.");
    if (choice?.until === "must" && !until) return setWrong("Deferral needs a date on which it comes back.");
    if (until && choice?.until && until < tomorrow) return setWrong("The date must lie ahead.");
    setBusy(true);
    const end = choice?.until && until ? { until: endOf(until) } : {};
    await changeState(ids, { state, reason: reason.trim(), ...end });
    setBusy(false);
    onClose();
  };

  return (
    <form onSubmit={submit} className="state-form" noValidate>
      <fieldset>
        <legend className="vh">New state</legend>
        {CHOICES.filter((each) => each.state !== current).map((each) => (
          <label key={each.state} className="state-choice">
            <input
              type="radio"
              name="state"
              value={each.state}
              checked={state === each.state}
              // biome-ignore lint/a11y/noAutofocus: a dialog begins at its first choice
              autoFocus={state === each.state}
              onChange={() => choose(each.state)}
            />
            <span>
              <b className="m">{each.label}</b> <span className="muted">{each.hint}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <label className="field">
        <span>Reason</span>
        <textarea
          className="input"
          value={reason}
          onChange={(event) => {
            setWrong("");
            setReason(event.target.value);
          }}
          onKeyDown={(event) => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.currentTarget.form?.requestSubmit();
          }}
          aria-invalid={wrong !== "" && !reason.trim()}
        />
      </label>
      {choice?.until && (
        <label className="field">
          <span>Until {choice.until === "may" && "(if it ends)"}</span>
          <input
            className="input"
            type="date"
            min={tomorrow}
            value={until}
            onChange={(event) => {
              setWrong("");
              setUntil(event.target.value);
            }}
          />
        </label>
      )}
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
          {ids.length === 1 ? "Change state" : `Change ${plural(ids.length, "issue", "issues")}`}
        </button>
      </div>
    </form>
  );
}
