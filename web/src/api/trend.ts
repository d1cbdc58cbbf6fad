import { get } from "./client";

/* How issues went week by week, and who has to be told of what became known. */

export interface TrendWeek {
  /** Its end. */
  until: string;
  open: number;
  /** Of those, with a deadline of 14 days or less. */
  urgent: number;
  opened: number;
  fixed: number;
}

/** How long something took, in days. */
export interface Duration {
  n: number;
  mean?: number;
  median?: number;
  p90?: number;
}

export interface Trend {
  /** Oldest first; none from before the record begins. */
  weeks: TrendWeek[];
  time_to_fix: Duration;
  age: Duration;
}

/** A team that has to be told of a vulnerability of its packages. */
export interface Notification {
  vulnerability: string;
  kind: "affected" | "exploited";
  first: string;
  changed: string;
  names: string[];
  summary?: string;
  file: string;
  owner?: string;
  contacts: { email?: string; slack?: string; jira_project?: string };
  /** Since when the first of the places has it. */
  since: string;
  packages: string[];
  services: string[];
  targets?: string[];
  places: number;
  deployed: number;
  production: number;
  fixed?: string[];
  issues?: string[];
}

export const showTrend = (q: string, signal?: AbortSignal) => get<Trend>("/trend", { q }, signal);
export const listNotifications = (team: string, limit: number, signal?: AbortSignal) =>
  get<Notification[]>("/notifications", { team: team || undefined, limit }, signal);
