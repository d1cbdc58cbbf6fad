import { get } from "./client";
import type { StreamKey } from "./types";

export type StreamState = "failed" | "silent" | "partial" | "regular";

/** What one tool says of one target on one ref. */
export interface StreamStanding {
  stream: StreamKey;
  state: StreamState;
  scans: number;
  /** The newest report. */
  report: string;
  last: string;
  last_complete?: string;
  every_days?: number;
  because: string;
}

export const listStreams = (signal?: AbortSignal) => get<StreamStanding[]>("/streams", {}, signal);
