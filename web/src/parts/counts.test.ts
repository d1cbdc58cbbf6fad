import { describe, expect, it } from "vitest";
import { urgentOf, worstFirst } from "./counts";

const counts = (three: number, fourteen: number, overdue: number, open: number) => ({
  open,
  overdue,
  tiers: { "3d": three, "14d": fourteen, "60d": 7 },
});

describe("counts of a thing", () => {
  it("is urgent within 14 days", () => {
    expect(urgentOf(counts(2, 3, 0, 20))).toBe(5);
    expect(urgentOf({ open: 3, overdue: 0, tiers: { next: 3 } })).toBe(0);
  });

  it("puts the worst first and equals by name", () => {
    const list = [
      { name: "b", of: counts(0, 0, 0, 1) },
      { name: "a", of: counts(0, 0, 0, 1) },
      { name: "late", of: counts(1, 0, 2, 5) },
      { name: "many", of: counts(1, 0, 0, 9) },
      { name: "worst", of: counts(2, 0, 0, 2) },
    ];
    const names = worstFirst(
      list,
      (each) => each.of,
      (each) => each.name,
    ).map(({ name }) => name);
    expect(names).toEqual(["worst", "late", "many", "a", "b"]);
  });
});
