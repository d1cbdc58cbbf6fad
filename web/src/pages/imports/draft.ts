import type { Flags, Upload } from "../../api/imports";

/* What is said of the files of one import: of all, and of each by itself. */

/** What is said of one file; its flags win over those of all files. */
export interface Said {
  flags?: Flags;
  /** A mapping, YAML, for a file in no known format. */
  mapping?: string;
}

/** Files that are sent in one request, because the same is said of them. */
export interface Batch {
  files: Upload[];
  flags: Flags;
  mapping?: string;
}

/** Flags without those that are empty. */
const given = (flags: Flags): Flags =>
  Object.fromEntries(Object.entries(flags).filter(([, value]) => value?.trim())) as Flags;

/** Of one file: what is said of all, and over it what is said of it. A mapping leaves no room for a format. */
export function effective(all: Flags, said: Said | undefined): { flags: Flags; mapping?: string } {
  const flags = { ...given(all), ...given(said?.flags ?? {}) };
  if (!said?.mapping) return { flags };
  const { format: _format, ...rest } = flags;
  return { flags: rest, mapping: said.mapping };
}

/** Files of which the same is said, together; the order of first appearance is kept. */
export function together(files: Upload[], all: Flags, said: Record<string, Said>): Batch[] {
  const groups = new Map<string, Batch>();
  for (const upload of files) {
    const { flags, mapping } = effective(all, said[upload.path]);
    const key = JSON.stringify([Object.entries(flags).sort(), mapping ?? ""]);
    const group = groups.get(key);
    if (group) group.files.push(upload);
    else groups.set(key, { files: [upload], flags, ...(mapping ? { mapping } : {}) });
  }
  return [...groups.values()];
}

/** One request holds at most this many files and, unless one file is larger, this many bytes: each answer is progress. */
const MOST_IN_ONE = 8;
const BYTES_IN_ONE = 4_000_000;

/** Cuts batches into requests. */
export function requests(batches: Batch[]): Batch[] {
  const out: Batch[] = [];
  for (const batch of batches) {
    let files: Upload[] = [];
    let bytes = 0;
    const flush = () => {
      if (files.length > 0) out.push({ ...batch, files });
      files = [];
      bytes = 0;
    };
    for (const upload of batch.files) {
      if (files.length >= MOST_IN_ONE || bytes + upload.file.size > BYTES_IN_ONE) flush();
      files.push(upload);
      bytes += upload.file.size;
    }
    flush();
  }
  return out;
}
