import { useQueries } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { type Flags, preview, type Upload } from "../../api/imports";
import type { PreviewRow } from "../../api/types";
import { type Said, together } from "./draft";
import { join } from "./files";
import { clearRun, startRun, useRun } from "./run";

/** Flags are looked at again only when typing has paused. */
const PAUSE_MS = 500;

export function useSettled<T>(value: T): T {
  const [settled, set] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => set(value), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

/** What the server would make of each group of files of which the same is said. Nothing is stored. */
function useLook(files: Upload[], flags: Flags, said: Record<string, Said>, enabled: boolean) {
  const settled = useSettled(flags);
  const settledSaid = useSettled(said);
  const batches = together(files, settled, settledSaid);
  const looks = useQueries({
    queries: batches.map((batch) => ({
      queryKey: [
        "preview",
        batch.files.map(({ path, file }) => [path, file.size, file.lastModified]),
        batch.flags,
        batch.mapping ?? "",
      ],
      queryFn: ({ signal }: { signal: AbortSignal }) => preview(batch.files, batch.flags, batch.mapping, signal),
      enabled,
      gcTime: 60_000,
    })),
  });
  const failed = looks.find((look) => look.error);
  return {
    rows: looks.flatMap((look): PreviewRow[] => look.data ?? []),
    looking: looks.some((look) => look.isFetching),
    error: failed?.error ?? undefined,
    again: () => {
      for (const look of looks) if (look.error) void look.refetch();
    },
  };
}

/** Files waiting to be stored, what is said of them, and what the server makes of them before it stores anything. */
export function useDraft() {
  const run = useRun();
  const [files, setFiles] = useState<Upload[]>([]);
  const [flags, setFlags] = useState<Flags>({});
  const [said, setSaid] = useState<Record<string, Said>>({});
  const look = useLook(files, flags, said, files.length > 0 && !run);
  // An end that was seen is not shown again to who comes back.
  useEffect(() => clearRun, []);
  return {
    files,
    flags,
    said,
    run,
    look,
    setFlags,
    say: (path: string, of: Said) => setSaid((old) => ({ ...old, [path]: of })),
    add: (more: Upload[]) => setFiles((old) => join(old, more)),
    remove: (path: string) => setFiles((old) => old.filter((upload) => upload.path !== path)),
    store: () => void startRun(together(files, flags, said)),
    again: () => {
      clearRun();
      setFiles([]);
      setSaid({});
    },
  };
}

export type Draft = ReturnType<typeof useDraft>;
