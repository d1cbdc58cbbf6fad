import { describe, expect, it } from "vitest";
import { found } from "./jump";

const ALL = ["Queue", "Coverage", "checkout-api", "checkout-web", "payments"].map((label) => ({
  label,
  what: "page",
  to: `/${label}`,
}));
const labels = (text: string) => found(ALL, text).map(({ label }) => label);

describe("where a text leads", () => {
  it("puts the start of a name before its middle, and letters in order last", () => {
    expect(labels("che")).toEqual(["checkout-api", "checkout-web", "Issues with “che”"]);
    expect(labels("api")).toEqual(["checkout-api", "Issues with “api”"]);
    expect(labels("chap")).toEqual(["checkout-api", "Issues with “chap”"]);
  });

  it("knows ids of vulnerabilities and issues", () => {
    expect(found(ALL, "cve-2023-4863").map(({ to }) => to)).toEqual([
      "/intel/CVE-2023-4863",
      "/components?q=CVE-2023-4863",
      "/queue?q=cve-2023-4863",
    ]);
    expect(found(ALL, "mst-ERD9744V77GK")[0]?.to).toBe("/issues/MST-ERD9744V77GK");
  });

  it("shows all that is near where nothing is asked, and always a way on", () => {
    expect(labels("")).toHaveLength(5);
    expect(labels("zzz")).toEqual(["Issues with “zzz”"]);
  });
});
