import { describe, expect, it } from "vitest";
import { flat } from "./flat";

describe("weights as lines", () => {
  it("names each by its place in the file, in the order of the file", () => {
    expect(flat({ yes: 28, no: -37, deep: { a: [1, 2], b: [{ c: "x" }] }, none: null, empty: [] })).toEqual([
      { name: "yes", value: "28" },
      { name: "no", value: "-37" },
      { name: "deep.a", value: "1, 2" },
      { name: "deep.b.0.c", value: "x" },
    ]);
    expect(flat(7)).toEqual([{ name: "", value: "7" }]);
  });

  it("ends", () => {
    expect(flat(Object.fromEntries(Array.from({ length: 9999 }, (_, i) => [`k${i}`, i]))).length).toBe(400);
  });
});
