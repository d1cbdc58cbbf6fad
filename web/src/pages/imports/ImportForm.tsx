import type { ReactNode } from "react";
import type { ImportAnswer } from "../../api/types";
import { navigate, useAddress } from "../../app/router";
import { count, plural } from "../../format/number";
import { Problem } from "../../parts/Problem";
import { Answer } from "./Answer";
import { DropZone } from "./DropZone";
import { FileList } from "./FileList";
import { FlagFields } from "./FlagFields";
import { MapForm } from "./MapForm";
import { Progress } from "./Progress";
import { type Draft, useDraft } from "./useDraft";
import "./imports.css";

/** The files that wait, what is said of all of them, and the button that stores them. */
function Waiting({ draft }: { draft: Draft }) {
  const { files, look } = draft;
  const unread = files.length > 0 && look.rows.length > 0 && look.rows.every((row) => row.error);
  return (
    <>
      <section className="panel" aria-labelledby="files">
        <header>
          <h2 id="files">{plural(files.length, "file", "files")}</h2>
          <span className="end">nothing is stored yet; a bad file never spoils a good one</span>
        </header>
        <FileList
          files={files}
          rows={look.rows}
          looking={look.looking}
          said={draft.said}
          onSay={draft.say}
          onRemove={draft.remove}
        />
        {look.error && <Problem what="The files could not be looked at" error={look.error} retry={look.again} />}
      </section>
      <section className="panel" aria-labelledby="flags">
        <header>
          <h2 id="flags">What was scanned</h2>
          <span className="end">of all files; only what the reports do not say themselves</span>
        </header>
        <div className="body">
          <FlagFields flags={draft.flags} onChange={draft.setFlags} />
        </div>
      </section>
      <div className="row">
        <button type="button" className="btn primary" disabled={unread} onClick={draft.store}>
          Import {count(files.length)} {files.length === 1 ? "file" : "files"}
        </button>
        {unread && <span className="stop-t">No file can be read.</span>}
      </div>
    </>
  );
}

interface FormProps {
  /** Stands in the drop zone while there are no files. */
  welcome?: ReactNode;
  /** Stands above what the import did. */
  after?: (answer: ImportAnswer) => ReactNode;
  /** Called when the reader goes on to the queue. */
  onOpen?: () => void;
}

/** Drop, look, store. `?map=PATH` is the form that maps that file by hand. */
export function ImportForm({ welcome, after, onOpen }: FormProps) {
  const draft = useDraft();
  const { path, search } = useAddress();
  const { files, run } = draft;
  if (run?.state === "running") {
    return (
      <section className="panel" aria-label="Import under way">
        <div className="body">
          <Progress run={run} />
        </div>
      </section>
    );
  }
  if (run) {
    return (
      <>
        {after?.(run.answer)}
        <Answer run={run} onAgain={draft.again} onOpen={onOpen} />
      </>
    );
  }
  const mapped = files.find((upload) => upload.path === search.get("map"));
  if (mapped) {
    const said = draft.said[mapped.path] ?? {};
    return (
      <MapForm
        key={mapped.path}
        upload={mapped}
        flags={draft.flags}
        given={said.mapping}
        onUse={(mapping) => {
          draft.say(mapped.path, { ...said, mapping });
          navigate(path);
        }}
      />
    );
  }
  return (
    <div className="imp-form">
      <DropZone onFiles={draft.add}>{files.length === 0 ? welcome : <p>Drop more files here.</p>}</DropZone>
      {files.length > 0 && <Waiting draft={draft} />}
    </div>
  );
}
