import { type FormEvent, useState } from "react";
import { retractImport } from "../../api/imports";
import { client } from "../../api/queries";
import type { ImportDetail } from "../../api/types";
import { notice } from "../../app/toasts";
import { plural } from "../../format/number";
import { Problem } from "../../parts/Problem";
import { Window } from "../../parts/Window";

/** What taking a report back undoes, from what it did. */
function undoes(row: ImportDetail): string[] {
  const lines: string[] = [];
  if (row.new > 0)
    lines.push(`${plural(row.new, "finding", "findings")} came first with it: what no other report says is gone again`);
  if (row.reopened > 0)
    lines.push(`${plural(row.reopened, "finding was", "findings were")} reopened by it: closed again`);
  if (row.fixed > 0) lines.push(`${plural(row.fixed, "finding was", "findings were")} closed by it: open again`);
  if (lines.length === 0) lines.push("It changed no issue; only its row is marked as taken back");
  return lines;
}

interface Props {
  row: ImportDetail;
  open: boolean;
  onClose: () => void;
}

/** Asks for a reason, says what would be undone, and takes the report back. */
export function RetractDialog({ row, open, onClose }: Props) {
  const [reason, setReason] = useState("");
  const [wrong, setWrong] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!reason.trim()) {
      setWrong(new Error("say why"));
      return;
    }
    setBusy(true);
    try {
      client.setQueryData(["import", row.id], await retractImport(row.id, reason.trim()));
      for (const key of ["imports", "streams", "facets", "issues", "issue", "status", "coverage", "unplaced"])
        void client.invalidateQueries({ queryKey: [key] });
      onClose();
      notice(`${row.report} was taken back`);
    } catch (error) {
      setWrong(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Window open={open} title="Take this report back" onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} className="state-form" noValidate>
        <ul className="imp-undoes">
          {undoes(row).map((line) => (
            <li key={line}>{line}.</li>
          ))}
        </ul>
        <p className="muted">Decisions of people stay. To have it back, import the file again.</p>
        <label className="field">
          <span>Reason</span>
          <textarea
            className="input"
            value={reason}
            // biome-ignore lint/a11y/noAutofocus: a dialog begins at its only field
            autoFocus
            aria-invalid={wrong !== undefined && !reason.trim()}
            onChange={(event) => {
              setWrong(undefined);
              setReason(event.target.value);
            }}
          />
        </label>
        {wrong && <Problem what="It was not taken back" error={wrong} />}
        <div className="window-foot">
          <button type="button" className="btn" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="btn primary" disabled={busy}>
            Take it back
          </button>
        </div>
      </form>
    </Window>
  );
}
