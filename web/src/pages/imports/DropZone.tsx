import { type ReactNode, useRef, useState } from "react";
import type { Upload } from "../../api/imports";
import { complain } from "../../app/toasts";
import { Icon } from "../../parts/Icon";
import { chosen, dropped, MOST_FILES } from "./files";

interface Props {
  onFiles: (files: Upload[]) => void;
  children?: ReactNode;
}

/** A place to drop files and folders on; two buttons do the same without dragging. */
export function DropZone({ onFiles, children }: Props) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const take = (found: Upload[]) => {
    if (found.length >= MOST_FILES)
      complain(`Only the first ${MOST_FILES} files were taken; muster import takes any number`);
    if (found.length > 0) onFiles(found);
  };
  return (
    <section
      className={over ? "drop is-over" : "drop"}
      aria-label="Files to import"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        dropped(event.dataTransfer).then(take, () => complain("The dropped files could not be read"));
      }}
    >
      <Icon name="imports" />
      {children ?? <p>Drop reports here: files, folders or archives, of any tool.</p>}
      <div className="row">
        <button type="button" className="btn" onClick={() => files.current?.click()}>
          Choose files
        </button>
        <button type="button" className="btn" onClick={() => folder.current?.click()}>
          Choose a folder
        </button>
      </div>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label="Files"
        onChange={(event) => take(chosen(event.target.files))}
      />
      <input
        ref={(input) => {
          folder.current = input;
          input?.setAttribute("webkitdirectory", "");
        }}
        type="file"
        hidden
        aria-label="Folder"
        onChange={(event) => take(chosen(event.target.files))}
      />
    </section>
  );
}
