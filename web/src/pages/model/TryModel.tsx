import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { client } from "../../api/queries";
import { applyRisk, diffRisk, type RiskView } from "../../api/risk";
import { announce } from "../../app/live";
import { notice } from "../../app/toasts";
import { count, plural } from "../../format/number";
import { Problem } from "../../parts/Problem";
import { Window } from "../../parts/Window";
import { Diff } from "./Diff";

const READ_ANEW = ["risk", "issues", "issue", "facets", "fixes", "since", "applications", "services", "teams"];

/** The file, edited or another one dropped in; what it would move; and putting it in force. */
export function TryModel({ view }: { view: RiskView }) {
  const [text, setText] = useState(view.yaml);
  const [asking, setAsking] = useState(false);
  const diff = useMutation({
    mutationFn: diffRisk,
    onSuccess: (answer) => announce(`${plural(answer.retiered, "issue", "issues")} would change the tier`),
  });
  const apply = useMutation({
    mutationFn: applyRisk,
    onSuccess: (answer) => {
      setAsking(false);
      notice(
        answer.repeated
          ? "This text is in force already"
          : `Version ${answer.version.number ?? ""} is in force; ${plural(answer.issues_ranked, "issue was", "issues were")} ranked again`,
      );
      for (const key of READ_ANEW) void client.invalidateQueries({ queryKey: [key] });
    },
  });
  const changed = text !== view.yaml;
  // What is shown belongs to the text that was sent; another text has to be looked at first.
  const looked = diff.data !== undefined && diff.variables === text;
  return (
    <>
      <p className="lead">
        Change the file, see what would move, and only then put it in force. Nothing is written before.
      </p>
      <label className="field">
        <span>risk.yaml</span>
        <textarea
          className="input mono model-text"
          spellCheck={false}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <div className="row model-acts">
        <button
          type="button"
          className="btn primary"
          disabled={!changed || diff.isPending}
          onClick={() => diff.mutate(text)}
        >
          {diff.isPending ? "Ranking…" : "Show what would move"}
        </button>
        <button type="button" className="btn" disabled={!looked || !changed} onClick={() => setAsking(true)}>
          Put in force…
        </button>
        <button type="button" className="btn ghost" disabled={!changed} onClick={() => setText(view.yaml)}>
          Back to the file in force
        </button>
        <label className="btn">
          Open a file
          <input
            type="file"
            className="vh"
            accept=".yaml,.yml"
            onChange={(event) => void event.target.files?.[0]?.text().then(setText)}
          />
        </label>
      </div>
      {!changed && <p className="muted">This is the model in force. Change a number, or open another file.</p>}
      {diff.error && diff.variables === text && <Problem what="This is no model" error={diff.error} />}
      {looked && diff.data && <Diff diff={diff.data} />}
      <Window open={asking} title="Put this model in force" onClose={() => setAsking(false)}>
        {diff.data && (
          <div className="stack">
            <p>
              {count(diff.data.rescored)} of {plural(diff.data.issues, "issue", "issues")} get another score,{" "}
              {count(diff.data.retiered)} another deadline. All are ranked again from now on; days before keep the model
              that was in force then.
            </p>
            {apply.error && <Problem what="The model was not put in force" error={apply.error} />}
            <div className="window-foot">
              <button type="button" className="btn" onClick={() => setAsking(false)}>
                Cancel
              </button>
              <button
                type="button"
                className="btn primary"
                disabled={apply.isPending}
                onClick={() => apply.mutate(text)}
              >
                {apply.isPending ? "Ranking…" : "Put in force"}
              </button>
            </div>
          </div>
        )}
      </Window>
    </>
  );
}
