import { get, post, postForm } from "./client";
import type { ImportAnswer, ImportDetail, ImportPage, PreviewRow, Status } from "./types";

export function listImports(cursor: string | undefined, signal?: AbortSignal): Promise<ImportPage> {
  return get("/imports", { limit: 50, cursor }, signal);
}

export function showImport(id: string, signal?: AbortSignal): Promise<ImportDetail> {
  return get(`/imports/${encodeURIComponent(id)}`, {}, signal);
}

/** A file to send, with its path inside the dropped folder. */
export interface Upload {
  path: string;
  file: File;
}

/** What is said of all files of one import; the same words as the flags of `muster import`. */
export type Flags = Partial<
  Record<
    | "repo"
    | "branch"
    | "commit"
    | "image"
    | "url"
    | "target"
    | "service"
    | "app"
    | "env"
    | "category"
    | "at"
    | "format",
    string
  >
> & { coverage?: "partial" | "complete" };

/** Takes a report back: history is as if it had not come. */
export const retractImport = (id: string, reason: string): Promise<ImportDetail> =>
  post(`/imports/${encodeURIComponent(id)}/retract`, { reason });

export function form(files: Upload[], flags: Flags, mapping?: string): FormData {
  const data = new FormData();
  const { coverage, ...texts } = flags;
  for (const [name, value] of Object.entries(texts)) {
    if (value?.trim()) data.append(name, value.trim());
  }
  if (coverage) data.append(coverage, "true");
  if (mapping?.trim()) data.append("mapping", mapping);
  for (const { path, file } of files) data.append("files", file, path);
  return data;
}

export const importFiles = (files: Upload[], flags: Flags, mapping?: string) =>
  postForm<ImportAnswer>("/imports", form(files, flags, mapping));
export const preview = (files: Upload[], flags: Flags, mapping?: string, signal?: AbortSignal) =>
  postForm<PreviewRow[]>("/preview", form(files, flags, mapping), signal);

export const status = (signal?: AbortSignal) => get<Status>("/status", {}, signal);
