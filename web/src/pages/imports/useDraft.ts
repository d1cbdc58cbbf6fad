import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type Flags, importFiles, preview, type Upload } from "../../api/imports";
import type { ImportAnswer } from "../../api/types";
import { announce } from "../../app/live";
import { plural } from "../../format/number";
import { join } from "./files";

/** Flags are looked at again only when typing has paused. */
const PAUSE_MS = 500;

function useSettled<T>(value: T): T {
  const [settled, set] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => set(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** Files waiting to be stored, what is said of them, and what the server makes of them before it stores anything. */
export function useDraft() {
  const client = useQueryClient();
  const [files, setFiles] = useState<Upload[]>([]);
  const [flags, setFlags] = useState<Flags>({});
  const [answer, setAnswer] = useState<ImportAnswer>();
  const [error, setError] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const settled = useSettled(flags);
  const looked = useQuery({
    queryKey: ["preview", files.map(({ path, file }) => [path, file.size, file.lastModified]), settled],
    queryFn: ({ signal }) => preview(files, settled, signal),
    enabled: files.length > 0 && !answer,
    placeholderData: (old) => old,
    gcTime: 0,
  });

  const store = async () => {
    setBusy(true);
    setError(undefined);
    announce(`Storing ${plural(files.length, "file", "files")}`);
    try {
      const result = await importFiles(files, flags);
      setAnswer(result);
      announce(
        `${plural(result.reports.length, "report", "reports")} read, ${plural(result.issues.new, "new issue", "new issues")}`,
      );
      for (const queryKey of [["status"], ["facets"], ["issues"], ["issue"], ["imports"]])
        void client.invalidateQueries({ queryKey });
    } catch (problem) {
      setError(problem instanceof Error ? problem : new Error(String(problem)));
    } finally {
      setBusy(false);
    }
  };

  return {
    files,
    flags,
    setFlags,
    add: (more: Upload[]) => {
      setAnswer(undefined);
      setFiles((old) => join(answer ? [] : old, more));
    },
    remove: (path: string) => setFiles((old) => old.filter((upload) => upload.path !== path)),
    looked,
    store,
    busy,
    error,
    answer,
    again: () => {
      setAnswer(undefined);
      setFiles([]);
    },
  };
}
