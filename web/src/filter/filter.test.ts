import { describe, expect, it } from "vitest";
import { nearest } from "./fields";
import { parse, QUEUE_STATES, splitState, tidy, without } from "./parse";
import { suggest } from "./suggest";

const facets = {
  total: 3,
  findings: 9,
  tier: { "3d": 1, "14d": 2 },
  kind: {},
  team: { checkout: 2, "data platform": 5, none: 1 },
  application: {},
  severity: {},
  views: { urgent: 0, late: 0, due7: 0, no_owner: 0, suggested: 0, all: 3 },
};

describe("parse", () => {
  it("reads fields, negation, quotes and words with their places", () => {
    const terms = parse('team:checkout  -tool:zap title "two words" app:"web shop"');
    expect(terms.map(({ field, value, negated }) => [field, value, negated])).toEqual([
      ["team", "checkout", false],
      ["tool", "zap", true],
      [undefined, "title", false],
      [undefined, "two words", false],
      ["app", "web shop", false],
    ]);
    expect(terms[1]).toMatchObject({ start: 15, end: 24 });
  });

  it("keeps the rest when a term is wrong and says what was meant", () => {
    const terms = parse("sevrity:high kev:yes due:");
    expect(terms[0]?.problem).toBe('unknown field "sevrity"; did you mean severity?');
    expect(terms[1]?.problem).toBeUndefined();
    expect(terms[2]?.problem).toBe("due: needs a value");
  });

  it("takes addresses, package urls and lone signs as they come", () => {
    expect(parse("https://shop.example/x")[0]).toMatchObject({ value: "https://shop.example/x" });
    expect(parse("purl:pkg:npm/next@<14.2.25")[0]).toMatchObject({ field: "purl", value: "pkg:npm/next@<14.2.25" });
    expect(parse("- ")[0]).toMatchObject({ value: "-", negated: false });
    expect(parse('team:"open')[0]).toMatchObject({ field: "team", value: "open" });
  });

  it("never loses a character of what was typed", () => {
    for (const text of ['a:b "c d" -e:f', '"', ' \t x:"y', "::", "-:", "état:ü"]) {
      for (const term of parse(text)) expect(text.slice(term.start, term.end)).toBe(term.text);
    }
  });
});

describe("states in the text", () => {
  it("go to their own parameter", () => {
    expect(splitState("state:deferred team:a")).toEqual({ q: "team:a", state: "deferred" });
    expect(splitState("team:a")).toEqual({ q: "team:a", state: QUEUE_STATES });
    expect(splitState("-state:open")).toEqual({ q: "-state:open", state: QUEUE_STATES });
  });
});

describe("editing", () => {
  it("drops one term", () => {
    const text = "team:a kev:yes x";
    const [, kev] = parse(text);
    expect(kev && without(text, kev)).toBe("team:a x");
    expect(tidy("  a   b:c ")).toBe("a b:c");
  });

  it("finds the field that was meant, and none for nonsense", () => {
    expect(nearest("aplication")).toBeUndefined();
    expect(nearest("servce")).toBe("service");
    expect(nearest("zzzzzz")).toBeUndefined();
  });
});

describe("suggest", () => {
  it("completes fields, then values with counts", () => {
    expect(suggest("te", 2, facets)[0]).toMatchObject({ label: "team:", text: "team:", caret: 5, complete: false });
    expect(suggest("team:", 5, facets).map(({ label, count }) => [label, count])).toEqual([
      ["data platform", 5],
      ["checkout", 2],
      ["none", 1],
    ]);
    expect(suggest("team:da", 7, facets)[0]).toMatchObject({ text: 'team:"data platform" ', complete: true });
  });

  it("adds to a list after a comma and keeps what follows", () => {
    expect(suggest("tier:3d, x", 8, facets)).toMatchObject([{ label: "14d", text: "tier:3d,14d x", caret: 12 }]);
  });

  it("offers fields between terms", () => {
    expect(suggest("kev:yes ", 8, facets)[0]?.text).toBe("kev:yes team:");
  });
});
