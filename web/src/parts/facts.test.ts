import { describe, expect, it } from "vitest";
import { readFacts, sixFacts } from "./facts";

const term = (signal: string) => ({ signal, points: 1, fact: signal, source: "s" });

describe("six facts", () => {
  it("are always six, in one order, and blank where they do not apply", () => {
    const facts = sixFacts({ facts: { data: "yes", kev: "no", reachable: "unknown" }, because: [] });
    expect(facts.map(({ place, value }) => [place.id, value])).toEqual([
      ["kev", "no"],
      ["exploit", undefined],
      ["reachable", "unknown"],
      ["running", undefined],
      ["exposed", undefined],
      ["data", "yes"],
    ]);
    expect(readFacts(facts)).toContain("Known exploited: no. Exploit public: does not apply. Reachable: not known.");
  });

  it("are not known where the account of the score says so, though no fact is given", () => {
    const facts = sixFacts({ facts: {}, because: [], unknown: ["reachable"] });
    expect(facts.map(({ value }) => value)).toEqual([undefined, undefined, "unknown", undefined, undefined, undefined]);
  });

  it("take the term of the very fact that is shown", () => {
    const because = [term("production"), term("loaded")];
    const running = (facts: Record<string, "yes" | "no">) => sixFacts({ facts, because })[3]?.term?.signal;
    expect(running({ loaded: "yes", production: "yes" })).toBe("loaded");
    expect(running({ production: "yes" })).toBe("production");
  });
});
