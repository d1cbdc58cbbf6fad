import { expect, test } from "vitest";
import type { IssueFinding } from "../../api/types";
import { distinct } from "./findings";

function finding(identity: string, report: string, index: number): IssueFinding {
  return { identity, report, index } as IssueFinding;
}

test("what a report and a bill of materials both show is one finding with two places", () => {
  const all = [finding("a", "bom.cdx.json", 3), finding("a", "trivy.json", 7), finding("b", "trivy.json", 8)];
  expect(distinct(all).map((each) => [each.identity, each.places])).toEqual([
    ["a", ["bom.cdx.json, element 3", "trivy.json, element 7"]],
    ["b", ["trivy.json, element 8"]],
  ]);
  expect(distinct(undefined)).toEqual([]);
});
