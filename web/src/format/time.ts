import { LOCALE } from "./number";

export const DAY = 86_400_000;

const dayMonth = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short" });
const dayMonthYear = new Intl.DateTimeFormat(LOCALE, { day: "numeric", month: "short", year: "numeric" });
const clock = new Intl.DateTimeFormat(LOCALE, { hour: "2-digit", minute: "2-digit" });
const exact = new Intl.DateTimeFormat(LOCALE, { dateStyle: "full", timeStyle: "long" });

/** `07:41`. */
export const clockTime = (at: Date): string => clock.format(at);

const startOfDay = (at: Date): number => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();

/** Calendar days from `now` to `at` in the reader's zone: 0 today, 1 tomorrow, -1 yesterday. */
export function daysUntil(at: Date, now: Date): number {
  return Math.round((startOfDay(at) - startOfDay(now)) / DAY);
}

/** `4 Nov`, with the year where it is another one. */
export function date(at: string, now: Date): string {
  const then = new Date(at);
  return (then.getFullYear() === now.getFullYear() ? dayMonth : dayMonthYear).format(then);
}

/** `20 Nov, 07:41`. */
export const dateTime = (at: string, now: Date): string => `${date(at, now)}, ${clock.format(new Date(at))}`;

/** The whole date with zone, for a tooltip. */
export const exactTime = (at: string): string => exact.format(new Date(at));

/** `3 min ago`, `2 h ago`, then the date. */
export function ago(at: string, now: Date): string {
  const minutes = Math.round((now.getTime() - new Date(at).getTime()) / 60_000);
  if (minutes < 1) return "just now";
  if (minutes < 60) return `${minutes} min ago`;
  if (minutes < 24 * 60) return `${Math.round(minutes / 60)} h ago`;
  if (minutes < 14 * 24 * 60) return `${Math.floor(minutes / 60 / 24)} d ago`;
  return date(at, now);
}

/** How old, short, in whole days that have passed, as the server counts them: `40 min`, `5 h`, `12 d`. */
export function age(at: string, now: Date): string {
  const minutes = Math.max(0, Math.round((now.getTime() - new Date(at).getTime()) / 60_000));
  if (minutes < 60) return `${minutes} min`;
  if (minutes < 48 * 60) return `${Math.round(minutes / 60)} h`;
  return `${Math.floor(minutes / 60 / 24)} d`;
}

export type Lateness = "late" | "soon" | "later";

/** How a deadline reads in the list, and how much it presses. */
export function due(at: string, now: Date): { text: string; press: Lateness } {
  const then = new Date(at);
  const left = then.getTime() - now.getTime();
  if (left < 0) {
    const days = Math.floor(-left / DAY);
    return {
      text: days > 0 ? `${days} d late` : `${Math.max(1, Math.floor(-left / 3_600_000))} h late`,
      press: "late",
    };
  }
  const days = daysUntil(then, now);
  if (days <= 0) return { text: "Today", press: "soon" };
  if (days === 1) return { text: "Tomorrow", press: "soon" };
  return { text: date(at, now), press: days <= 3 ? "soon" : "later" };
}

/** `2 d 18 h left`, `1 d 4 h late`. */
export function left(at: string, now: Date): string {
  const span = new Date(at).getTime() - now.getTime();
  const hours = Math.floor(Math.abs(span) / 3_600_000);
  const days = Math.floor(hours / 24);
  const text = days > 13 ? `${days} d` : days > 0 ? `${days} d ${hours % 24} h` : `${hours} h`;
  return `${text} ${span < 0 ? "late" : "left"}`;
}
