import type { Duration, TrendWeek } from "../api/trend";
import { count } from "../format/number";
import type { NumberOf } from "./Numbers";

/** Where a series runs in a box: x from left to right by week, y from the bottom up to the highest value. */
export function points(values: number[], top: number, width: number, height: number): [number, number][] {
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  return values.map((value, at) => [at * step, height - (top > 0 ? value / top : 0) * height]);
}

export const line = (of: [number, number][]): string => of.map(([x, y], at) => `${at === 0 ? "M" : "L"}${x} ${y}`).join("");

/** The same down to the ground. */
export function area(of: [number, number][], height: number): string {
  const [first, last] = [of[0], of.at(-1)];
  return first && last ? `${line(of)}L${last[0]} ${height}L${first[0]} ${height}Z` : "";
}

/** The top of the chart, never nought; above the highest value, so that its line is not the edge. */
export const highest = (weeks: TrendWeek[]): number => 1.1 * Math.max(1, ...weeks.map(({ open }) => open));

/** `4.2 d`, `19 d`: a part of a day only where it says something. */
export const inDays = (days: number): string => `${days < 10 ? days.toFixed(1) : count(Math.round(days))} d`;

/** From how many on an average says more than the cases. */
const ENOUGH = 10;

/** How long fixing takes, as one of the numbers at the head of a page. */
export function timeToFix(of: Duration | undefined): NumberOf {
  const label = "mean time to fix";
  if (!of) return { value: "…", label };
  if (of.mean === undefined || of.median === undefined) return { value: "–", label, note: "none fixed in 13 weeks" };
  const few = of.n < ENOUGH ? `, of ${count(of.n)} only` : `, of ${count(of.n)}`;
  return { value: inDays(of.mean), label, note: `median ${inDays(of.median)}${few}` };
}
