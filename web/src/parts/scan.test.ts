import { describe, expect, it } from "vitest";
import type { Shortfall } from "../api/estate";
import { shortText } from "./ScanMark";

const short = (state: Shortfall["state"]): Shortfall => ({
  state,
  tool: "eslint",
  target: "github.com/acme/shop",
  scanned: "2026-11-15T00:00:00Z",
});

describe("a scan that is fresh", () => {
  it("does not hide that another tool of the kind falls short", () => {
    expect(shortText({ state: "fresh", short: [short("failed"), short("failed"), short("partial")] })).toBe("2 failed");
    expect(shortText({ state: "fresh", short: [short("partial"), short("stale")] })).toBe("1 partial");
    expect(shortText({ state: "fresh" })).toBe("");
  });

  it("says no more than its state where it is not fresh", () => {
    expect(shortText({ state: "failed", short: [short("failed")] })).toBe("");
  });
});
