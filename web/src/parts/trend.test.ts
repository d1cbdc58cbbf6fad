import { expect, test } from "vitest";
import { area, inDays, line, points, timeToFix } from "./trend";

test("a series fills its box, with nought in the scale", () => {
  expect(points([0, 5, 10], 10, 100, 50)).toEqual([
    [0, 50],
    [50, 25],
    [100, 0],
  ]);
  expect(points([3], 10, 100, 50)).toEqual([[0, 35]]);
  expect(line(points([0, 10], 10, 100, 50))).toBe("M0 50L100 0");
  expect(area(points([0, 10], 10, 100, 50), 50)).toBe("M0 50L100 0L100 50L0 50Z");
  expect(area([], 50)).toBe("");
});

test("an average of few says of how many", () => {
  expect(timeToFix({ n: 3, mean: 4.25, median: 3 })).toMatchObject({ value: "4.3 d", note: "median 3.0 d, of 3 only" });
  expect(timeToFix({ n: 12, mean: 19.4, median: 8 })).toMatchObject({ value: "19 d", note: "median 8.0 d, of 12" });
  expect(timeToFix({ n: 0 })).toMatchObject({ value: "–" });
  expect(inDays(1234.4)).toBe("1,234 d");
});
