import { useState } from "react";
import type { Flags, Upload } from "../../api/imports";
import type { PreviewRow } from "../../api/types";
import { Link } from "../../app/router";
import { plural } from "../../format/number";
import { streamText } from "../../format/words";
import { Icon } from "../../parts/Icon";
import type { Said } from "./draft";
import { FlagFields } from "./FlagFields";
import { size } from "./files";
import { WarningList } from "./WarningList";

/** Where a report would be filed, and whose that is. */
function Scope({ row }: { row: PreviewRow }) {
  const scope = streamText(row.stream) || row.target;
  const services = row.services ?? [];
  return (
    <>
      <span className={scope ? "muted" : "warn-t"}>{scope || "scope not stated"}</span>
      {services.length > 0 && (
        <span className="muted">
          {services.length === 1 ? "service" : "services"} {services.slice(0, 3).join(", ")}
          {services.length > 3 && ` and ${services.length - 3} more`}
        </span>
      )}
      {scope && services.length === 0 && <span className="warn-t">no service has it</span>}
    </>
  );
}

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
          <Scope row={row} />
          {row.warnings.length > 0 && (
            <details className="pre-warnings">
              <summary className="warn-t">{plural(row.warnings.length, "warning", "warnings")}</summary>
              <WarningList warnings={row.warnings} />
            </details>
          )}
        </>
      )}
    </span>
  ));
}

const belongs = (row: PreviewRow, path: string): boolean => row.report === path || row.report.startsWith(`${path}!`);

interface FileProps {
  upload: Upload;
  rows: PreviewRow[];
  looking: boolean;
  said: Said;
  onSay: (said: Said) => void;
  onRemove: () => void;
}

function FileRow({ upload, rows, looking, said, onSay, onRemove }: FileProps) {
  const [open, setOpen] = useState(false);
  const { path, file } = upload;
  const unknown = rows.some((row) => row.error && row.report === path);
  const corrected = Object.values(said.flags ?? {}).some((value) => value?.trim());
  const flagsOf = (flags: Flags): Said => (said.mapping ? { flags, mapping: said.mapping } : { flags });
  return (
    <li>
      <Icon name="file" />
      <div className="pre-file">
        <p>
          <code>{path}</code> <span className="dim n">{size(file.size)}</span>{" "}
          {corrected && <span className="tag">corrected</span>}{" "}
          {said.mapping && <span className="tag">mapped by hand</span>}
        </p>
        <div className="xs pre-rows">
          <Recognised rows={rows} looking={looking} />
        </div>
        {open && (
          <div className="pre-own">
            <FlagFields flags={said.flags ?? {}} onChange={(flags) => onSay(flagsOf(flags))} of={path} />
          </div>
        )}
      </div>
      <div className="pre-acts">
        {(unknown || said.mapping) && (
          <Link to={`/imports/new?map=${encodeURIComponent(path)}`} className="btn sm">
            Map by hand<span className="vh"> {path}</span>
          </Link>
        )}
        <button type="button" className="btn sm" aria-expanded={open} onClick={() => setOpen(!open)}>
          Correct<span className="vh"> {path}</span>
        </button>
        <button type="button" className="btn sm ghost icon" aria-label={`Leave out ${path}`} onClick={onRemove}>
          <Icon name="close" small />
        </button>
      </div>
    </li>
  );
}

interface Props {
  files: Upload[];
  rows: PreviewRow[];
  looking: boolean;
  said: Record<string, Said>;
  onSay: (path: string, said: Said) => void;
  onRemove: (path: string) => void;
}

/** What was dropped, and what each file would be stored as. */
export function FileList({ files, rows, looking, said, onSay, onRemove }: Props) {
  return (
    <ul className="pre" aria-busy={looking}>
      {files.map((upload) => (
        <FileRow
          key={upload.path}
          upload={upload}
          rows={rows.filter((row) => belongs(row, upload.path))}
          looking={looking}
          said={said[upload.path] ?? {}}
          onSay={(of) => onSay(upload.path, of)}
          onRemove={() => onRemove(upload.path)}
        />
      ))}
    </ul>
  );
}
