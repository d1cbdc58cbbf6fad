import type { RankTerm } from "../api/types";

/** A term with the place of its bar, in percent of the width. */
export interface Step {
  term: RankTerm;
  /** Left edge, 0 to 100. */
  left: number;
  /** Width, 0 to 100. */
  width: number;
  lowers: boolean;
}

export interface Waterfall {
  steps: Step[];
  /** Sum of the points, tenths of a deciban. */
  sum: number;
  /** Where the running total is nought, 0 to 100. */
  zero: number;
}

/** Bars from the running total, one a term, in the order given. The scale holds nought and every running total. */
export function waterfall(terms: readonly RankTerm[]): Waterfall {
  let sum = 0;
  let low = 0;
  let high = 0;
  const spans = terms.map((term) => {
    const from = sum;
    sum += term.points;
    low = Math.min(low, sum);
    high = Math.max(high, sum);
    return { term, from, to: sum };
  });
  const range = high - low || 1;
  const place = (value: number) => ((value - low) / range) * 100;
  const steps = spans.map(({ term, from, to }) => ({
    term,
    left: place(Math.min(from, to)),
    width: place(Math.max(from, to)) - place(Math.min(from, to)),
    lowers: to < from,
  }));
  return { steps, sum, zero: place(0) };
}
