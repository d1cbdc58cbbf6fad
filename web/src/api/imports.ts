import { get, postForm } from "./client";
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

export function form(files: Upload[], flags: Flags): FormData {
  const data = new FormData();
  const { coverage, ...texts } = flags;
  for (const [name, value] of Object.entries(texts)) {
    if (value?.trim()) data.append(name, value.trim());
  }
  if (coverage) data.append(coverage, "true");
  for (const { path, file } of files) data.append("files", file, path);
  return data;
}

export const importFiles = (files: Upload[], flags: Flags) => postForm<ImportAnswer>("/imports", form(files, flags));
export const preview = (files: Upload[], flags: Flags, signal?: AbortSignal) =>
  postForm<PreviewRow[]>("/preview", form(files, flags), signal);

export const status = (signal?: AbortSignal) => get<Status>("/status", {}, signal);
