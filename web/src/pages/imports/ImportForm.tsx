import type { ReactNode } from "react";
import type { Upload } from "../../api/imports";
import type { ImportAnswer, PreviewRow } from "../../api/types";
import { count, plural } from "../../format/number";
import { Icon } from "../../parts/Icon";
import { Problem } from "../../parts/Problem";
import { Answer } from "./Answer";
import { DropZone } from "./DropZone";
import { FlagFields } from "./FlagFields";
import { size } from "./files";
import { useDraft } from "./useDraft";
import "./imports.css";

const warningsOf = (row: PreviewRow): number => (typeof row.warnings === "number" ? row.warnings : row.warnings.length);
const targetOf = (row: PreviewRow): string =>
  !row.target ? "scope not stated" : typeof row.target === "string" ? row.target : row.target.name;

/** What a file is recognised as; archives and files of several runs have several rows. */
function Recognised({ rows, looking }: { rows: PreviewRow[]; looking: boolean }) {
  if (rows.length === 0) return <span className="dim">{looking ? "being read…" : "–"}</span>;
  return rows.map((row, at) => (
    <span key={`${row.report} ${at}`} className="pre-row">
      {row.error ? (
        <span className="stop-t">
          <Icon name="close" small /> {row.error}
        </span>
      ) : (
        <>
          <Icon name="check" small /> <b className="m">{row.tool ?? row.format_name ?? row.format}</b>
          {row.tool && row.format_name && <span className="muted">{row.format_name}</span>}
          <span className="n">{plural(row.findings, "finding", "findings")}</span>
          <span className={row.target ? "muted" : "warn-t"}>{targetOf(row)}</span>
          {warningsOf(row) > 0 && <span className="warn-t">{plural(warningsOf(row), "warning", "warnings")}</span>}
        </>
      )}
    </span>
  ));
}

const belongs = (row: PreviewRow, path: string): boolean => row.report === path || row.report.startsWith(`${path}!`);

interface FilesProps {
  files: Upload[];
  rows: PreviewRow[];
  looking: boolean;
  onRemove: (path: string) => void;
}

function Files({ files, rows, looking, onRemove }: FilesProps) {
  return (
    <ul className="pre" aria-busy={looking}>
      {files.map(({ path, file }) => (
        <li key={path}>
          <Icon name="file" />
          <div>
            <p>
              <code>{path}</code> <span className="dim n">{size(file.size)}</span>
            </p>
            <p className="xs pre-rows">
              <Recognised rows={rows.filter((row) => belongs(row, path))} looking={looking} />
            </p>
          </div>
          <button
            type="button"
            className="btn sm ghost icon"
            aria-label={`Leave out ${path}`}
            onClick={() => onRemove(path)}
          >
            <Icon name="close" small />
          </button>
        </li>
      ))}
    </ul>
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

/** Drop, look, store. */
export function ImportForm({ welcome, after, onOpen }: FormProps) {
  const draft = useDraft();
  const { files, looked, answer, busy } = draft;
  if (answer) {
    return (
      <>
        {after?.(answer)}
        <Answer answer={answer} onAgain={draft.again} onOpen={onOpen} />
      </>
    );
  }
  const rows = looked.data ?? [];
  const unread = files.length > 0 && rows.length > 0 && rows.every((row) => row.error);
  return (
    <div className="imp-form">
      <DropZone onFiles={draft.add}>{files.length === 0 ? welcome : <p>Drop more files here.</p>}</DropZone>
      {files.length > 0 && (
        <>
          <section className="panel" aria-labelledby="files">
            <header>
              <h2 id="files">{plural(files.length, "file", "files")}</h2>
              <span className="end">nothing is stored yet; a bad file never spoils a good one</span>
            </header>
            <Files files={files} rows={rows} looking={looked.isFetching} onRemove={draft.remove} />
            {looked.error && (
              <Problem
                what="The files could not be looked at"
                error={looked.error}
                retry={() => void looked.refetch()}
              />
            )}
          </section>
          <section className="panel" aria-labelledby="flags">
            <header>
              <h2 id="flags">What was scanned</h2>
              <span className="end">only what the reports do not say themselves</span>
            </header>
            <div className="body">
              <FlagFields flags={draft.flags} onChange={draft.setFlags} />
            </div>
          </section>
          {draft.error && <Problem what="The files could not be stored" error={draft.error} />}
          <div className="row">
            <button type="button" className="btn primary" disabled={busy || unread} onClick={() => void draft.store()}>
              {busy ? "Storing…" : `Import ${count(files.length)} ${files.length === 1 ? "file" : "files"}`}
            </button>
            {unread && <span className="stop-t">No file can be read.</span>}
          </div>
        </>
      )}
    </div>
  );
}
