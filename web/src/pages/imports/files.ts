import type { Upload } from "../../api/imports";

/* Files and folders as a browser hands them over, as one flat list with the paths inside the folder. */

/** More files than this in one go are left to the command line. */
export const MOST_FILES = 500;

function readEntries(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => reader.readEntries(resolve, reject));
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** Goes through dropped folders level by level, not by recursion. */
async function walk(roots: FileSystemEntry[]): Promise<Upload[]> {
  const found: Upload[] = [];
  const queue = [...roots];
  for (let entry = queue.shift(); entry && found.length < MOST_FILES; entry = queue.shift()) {
    if (entry.isFile) {
      found.push({ path: entry.fullPath.replace(/^\//, ""), file: await fileOf(entry as FileSystemFileEntry) });
    } else {
      const reader = (entry as FileSystemDirectoryEntry).createReader();
      // A reader gives a hundred entries at a time.
      for (let some = await readEntries(reader); some.length > 0; some = await readEntries(reader)) queue.push(...some);
    }
  }
  return found;
}

export async function dropped(data: DataTransfer): Promise<Upload[]> {
  const entries = [...data.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (entries.length > 0) return walk(entries);
  return chosen(data.files);
}

export function chosen(files: FileList | null): Upload[] {
  return [...(files ?? [])].slice(0, MOST_FILES).map((file) => ({ path: file.webkitRelativePath || file.name, file }));
}

/** New files beside the ones that are there; the same path again takes the place of the old. */
export function join(old: Upload[], more: Upload[]): Upload[] {
  const byPath = new Map([...old, ...more].map((upload) => [upload.path, upload]));
  return [...byPath.values()].slice(0, MOST_FILES);
}

const UNITS = ["B", "KB", "MB", "GB"];

/** `12.4 MB`. */
export function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}
