import { type Flags, form, type Upload } from "./imports";
import { get, postForm } from "./client";
import type { Finding, Warning } from "./types";

/** A column that was taken for a field. */
export interface GuessRow {
  field: string;
  from: string;
  /** `sure`, `likely` or `unsure`. */
  sure: string;
  because: string;
  examples: string[];
}

/** A mapping for a file, and what it would import. */
export interface SuggestAnswer {
  report: string;
  /** Id of the format that knows the file already. */
  format?: string;
  media: string;
  /** YAML. */
  mapping: string;
  guesses: GuessRow[];
  unused: string[];
  count: number;
  findings: Finding[];
  warnings: Warning[];
  error?: string;
}

/** A format of reports. */
export interface FormatRow {
  id: string;
  name: string;
}

/** Proposes a mapping, or shows what the given one would import. */
export const suggestMapping = (upload: Upload, flags: Flags, mapping: string | undefined, signal?: AbortSignal) =>
  postForm<SuggestAnswer>("/formats/suggest", form([upload], flags, mapping), signal);

export const listFormats = (signal?: AbortSignal) => get<FormatRow[]>("/formats", {}, signal);
