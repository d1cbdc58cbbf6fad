import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { applyInventory, diffInventory, type InventoryFile } from "../../api/inventory";
import { client } from "../../api/queries";
import { announce } from "../../app/live";
import { complain, notice } from "../../app/toasts";
import { plural } from "../../format/number";
import { Icon } from "../../parts/Icon";
import { Problem } from "../../parts/Problem";
import { Window } from "../../parts/Window";
import { MovedList } from "./Moved";

const STARTER: InventoryFile = { path: "muster.yaml", text: "" };

/** The path by which a chosen file is known: inside its folder where one was chosen. */
const pathOf = (file: File): string => file.webkitRelativePath || file.name;

/** Files pasted or chosen; what they would move; and applying them. */
export function TryInventory() {
  const [files, setFiles] = useState<InventoryFile[]>([STARTER]);
  const [repository, setRepository] = useState("");
  const [asking, setAsking] = useState(false);
  const written = files.filter((file) => file.text.trim() !== "");
  const body = { files: written, ...(repository.trim() ? { repository: repository.trim() } : {}) };
  const key = JSON.stringify(body);
  const diff = useMutation({
    mutationFn: () => diffInventory(body).then((answer) => ({ answer, key })),
    onSuccess: ({ answer }) => announce(`${plural(answer.moved.issues, "issue", "issues")} would move`),
  });
  const apply = useMutation({
    mutationFn: () => applyInventory(body),
    onSuccess: (answer) => {
      setAsking(false);
      setFiles([STARTER]);
      diff.reset();
      notice(`Applied: ${plural(answer.moved.issues, "issue", "issues")} moved`);
      void client.invalidateQueries();
    },
  });
  const change = (at: number, part: Partial<InventoryFile>) =>
    setFiles(files.map((file, index) => (index === at ? { ...file, ...part } : file)));
  const add = async (list: FileList | null) => {
    try {
      const read = await Promise.all(
        [...(list ?? [])].map(async (file) => ({ path: pathOf(file), text: await file.text() })),
      );
      setFiles([...written.filter((file) => !read.some((one) => one.path === file.path)), ...read]);
    } catch {
      complain("The files could not be read");
    }
  };
  // What is shown belongs to what was sent; another text has to be looked at first.
  const looked = diff.data?.key === key ? diff.data.answer : undefined;
  return (
    <section className="panel" aria-label="Change the inventory">
      <header>
        <h2>Change the inventory</h2>
        <span className="end">nothing is written before you apply it</span>
      </header>
      <div className="body stack">
        {files.map((file, at) => (
          <fieldset key={at} className="inv-file">
            <legend className="vh">File {at + 1}</legend>
            <div className="row">
              <label className="field grow">
                <span>Path, by which the file is known</span>
                <input
                  className="input mono"
                  value={file.path}
                  spellCheck={false}
                  onChange={(event) => change(at, { path: event.target.value })}
                />
              </label>
              {files.length > 1 && (
                <button
                  type="button"
                  className="btn icon"
                  aria-label={`Leave out ${file.path}`}
                  onClick={() => setFiles(files.filter((_, index) => index !== at))}
                >
                  <Icon name="close" small />
                </button>
              )}
            </div>
            <label className="field">
              <span>Text</span>
              <textarea
                className="input mono inv-text"
                spellCheck={false}
                rows={file.text ? 14 : 8}
                placeholder={"version: 1\nteams: [{name: payments}]\napplications: …"}
                value={file.text}
                onChange={(event) => change(at, { text: event.target.value })}
              />
            </label>
          </fieldset>
        ))}
        <label className="field inv-repo">
          <span>Repository that the files are of (CODEOWNERS, manifests; else empty)</span>
          <input
            className="input mono"
            value={repository}
            placeholder="github.com/acme/shop"
            spellCheck={false}
            onChange={(event) => setRepository(event.target.value)}
          />
        </label>
        <div className="row inv-acts">
          <button
            type="button"
            className="btn primary"
            disabled={written.length === 0 || diff.isPending}
            onClick={() => diff.mutate()}
          >
            {diff.isPending ? "Looking…" : "Show what would move"}
          </button>
          <button type="button" className="btn" disabled={!looked} onClick={() => setAsking(true)}>
            Apply…
          </button>
          <label className="btn">
            Open files
            <input
              type="file"
              multiple
              className="vh"
              onChange={(event) => {
                void add(event.target.files);
                event.target.value = "";
              }}
            />
          </label>
          <button type="button" className="btn ghost" onClick={() => setFiles([...files, { path: "", text: "" }])}>
            Another file
          </button>
        </div>
        {diff.error && !diff.isPending && <Problem what="The files cannot be applied" error={diff.error} />}
        {looked && <MovedList answer={looked} />}
      </div>
      <Window open={asking} title="Apply these files" onClose={() => setAsking(false)}>
        <div className="stack">
          <p>
            {plural(written.length, "file declares", "files declare")} from now on what{" "}
            {written.length === 1 ? "it says" : "they say"}, and no longer what {written.length === 1 ? "it" : "they"}{" "}
            left out. {plural(looked?.moved.issues ?? 0, "issue moves", "issues move")}.
          </p>
          {apply.error && <Problem what="The files were not applied" error={apply.error} />}
          <div className="window-foot">
            <button type="button" className="btn" onClick={() => setAsking(false)}>
              Cancel
            </button>
            <button type="button" className="btn primary" disabled={apply.isPending} onClick={() => apply.mutate()}>
              {apply.isPending ? "Applying…" : "Apply"}
            </button>
          </div>
        </div>
      </Window>
    </section>
  );
}
