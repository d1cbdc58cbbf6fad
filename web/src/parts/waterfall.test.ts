import { describe, expect, it } from "vitest";
import { waterfall } from "./waterfall";

const term = (points: number) => ({ signal: "x", points, fact: "", source: "" });

describe("waterfall", () => {
  it("puts each bar at the running total", () => {
    const { steps, sum } = waterfall([term(60), term(50), term(-10)]);
    expect(sum).toBe(100);
    const places = steps.map((step) => [step.left, step.width].map((n) => Math.round(n * 10) / 10));
    expect(places).toEqual([
      [0, 54.5],
      [54.5, 45.5],
      [90.9, 9.1],
    ]);
    expect(steps.map((step) => step.lowers)).toEqual([false, false, true]);
  });

  it("keeps nought on the scale when the total goes below it", () => {
    const { steps, zero } = waterfall([term(-30), term(10)]);
    expect(zero).toBe(100);
    expect(steps[0]).toMatchObject({ left: 0, width: 100, lowers: true });
    expect(steps.every((step) => step.left >= 0 && step.left + step.width <= 100.001)).toBe(true);
  });

  it("bears no terms and terms of nought", () => {
    expect(waterfall([])).toEqual({ steps: [], sum: 0, zero: 0 });
    expect(waterfall([term(0)]).steps[0]).toMatchObject({ left: 0, width: 0, lowers: false });
  });
});
