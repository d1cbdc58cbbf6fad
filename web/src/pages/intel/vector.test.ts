import { describe, expect, it } from "vitest";
import { spelt } from "./vector";

describe("CVSS in words", () => {
  it("spells metrics and leaves out what is not defined", () => {
    expect(spelt("CVSS:3.1/AV:N/PR:N/UI:R/S:C/C:H/E:X")).toEqual([
      "Attack vector: network",
      "Privileges required: none",
      "User interaction: required",
      "Scope: changed",
      "Confidentiality: high",
    ]);
  });

  it("keeps what it does not know, and bears nonsense", () => {
    expect(spelt("CVSS:4.0/AV:N/ZZ:Q")).toEqual(["Attack vector: network", "ZZ: Q"]);
    expect(spelt("nonsense")).toEqual([]);
  });
});
