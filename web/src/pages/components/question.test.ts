import { describe, expect, it } from "vitest";
import { asksAffected, csv, packageName, packageType } from "./question";

describe("what is asked of components", () => {
  it("knows a question from a name", () => {
    expect(
      ["CVE-2021-44228", "ghsa-jfh8-c2jp-5v3q", "log4j-core < 2.17.1", "pkg:npm/next@<14.2.25", "next = 14"].map(
        asksAffected,
      ),
    ).toEqual([true, true, true, true, true]);
    expect(["log4j-core", "react-dom", "pkg:npm/next", "", "date-fns"].map(asksAffected)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it("writes a package as people do, and bears a URL that is none", () => {
    expect([packageName("pkg:maven/org.apache/log4j-core"), packageName("pkg:npm/%40types/node")]).toEqual([
      "org.apache/log4j-core",
      "@types/node",
    ]);
    expect([packageType("pkg:deb/debian/bash"), packageType("nonsense"), packageName("pkg:npm/%zz")]).toEqual([
      "deb",
      "",
      "%zz",
    ]);
  });

  it("gives a spreadsheet no formula", () => {
    expect(csv([["a", '=cmd("x")', "b,c"]])).toBe(`"a","'=cmd(""x"")","b,c"`);
  });
});
