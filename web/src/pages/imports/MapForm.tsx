import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { Flags, Upload } from "../../api/imports";
import { type SuggestAnswer, suggestMapping } from "../../api/mapping";
import { copy } from "../../app/actions";
import { useKeys } from "../../app/keys";
import { Link, navigate, useAddress } from "../../app/router";
import { Icon } from "../../parts/Icon";
import { Problem } from "../../parts/Problem";
import { MapFields } from "./MapFields";
import { MapPreview } from "./MapPreview";
import { size } from "./files";
import { useSettled } from "./useDraft";
import "./mapping.css";

interface Props {
  upload: Upload;
  flags: Flags;
  /** The mapping that was chosen before. */
  given: string | undefined;
  onUse: (mapping: string) => void;
}

/** A file in no known format: which column is which field, and what that would import, as it is changed. */
export function MapForm({ upload, flags, given, onUse }: Props) {
  const { path, search } = useAddress();
  const asText = search.get("as") === "text";
  const [text, setText] = useState(given);
  const settled = useSettled(text);
  const key = [upload.path, upload.file.size, upload.file.lastModified];
  const proposed = useQuery({
    queryKey: ["proposal", ...key],
    queryFn: ({ signal }) => suggestMapping(upload, flags, undefined, signal),
    retry: false,
  });
  const tried = useQuery({
    queryKey: ["mapped", ...key, settled],
    queryFn: ({ signal }) => suggestMapping(upload, flags, settled, signal),
    enabled: settled !== undefined && settled !== proposed.data?.mapping,
    placeholderData: (old) => old,
    retry: false,
    gcTime: 60_000,
  });
  useEffect(() => {
    const mapping = proposed.data?.mapping;
    if (mapping) setText((old) => old ?? mapping);
  }, [proposed.data]);
  useKeys({ Escape: () => navigate(path) });
  const head = useRef<HTMLHeadingElement>(null);
  useEffect(() => head.current?.focus(), []);

  const isProposal = settled === undefined || settled === proposed.data?.mapping;
  const shown: SuggestAnswer | undefined = isProposal ? proposed.data : tried.data;
  const here = (as: string) => `${path}?map=${encodeURIComponent(upload.path)}${as}`;
  const wrong = isProposal ? null : tried.error;
  return (
    <div className="imp-form">
      <header className="map-head">
        <h2 tabIndex={-1} ref={head}>
          Map <code>{upload.path}</code> by hand
        </h2>
        <span className="dim n">{size(upload.file.size)}</span>
        <nav className="seg end" aria-label="The mapping as">
          <Link to={here("")} aria-current={asText ? undefined : "page"}>
            Form
          </Link>
          <Link to={here("&as=text")} aria-current={asText ? "page" : undefined}>
            Text
          </Link>
        </nav>
      </header>
      {proposed.error && text === undefined && (
        <Problem what="No mapping could be proposed" error={proposed.error} retry={() => void proposed.refetch()} />
      )}
      {proposed.isPending && <span className="grey imp-grey" />}
      {text !== undefined && (
        <>
          {asText ? (
            <label className="field">
              <span>Mapping, YAML. The form shows the same text.</span>
              <textarea
                className="input mono map-text"
                value={text}
                spellCheck={false}
                onChange={(event) => setText(event.target.value)}
              />
            </label>
          ) : (
            <MapFields text={text} proposed={proposed.data} onChange={setText} />
          )}
          {wrong && <Problem what="This mapping cannot be used" error={wrong} />}
          {shown && !wrong && <MapPreview answer={shown} busy={tried.isFetching || settled !== text} />}
          <div className="row">
            <button type="button" className="btn primary" disabled={wrong !== null} onClick={() => onUse(text)}>
              Use this mapping
            </button>
            <Link to={path} className="btn">
              Back to the files
            </Link>
            <button type="button" className="btn ghost" onClick={() => void copy(text, "Mapping")}>
              <Icon name="copy" small />
              Copy the mapping
            </button>
          </div>
          <p className="note">
            Keep the text in a file to import the next report by it: <code>muster import --mapping FILE</code>
          </p>
        </>
      )}
    </div>
  );
}
