import { describe, expect, it } from "vitest";
import { confidence, decibans, percent, plural, signed, tenthsOf, total } from "./number";
import { age, ago, due, left } from "./time";
import { firstNames, kindWord, signalWord, streamText } from "./words";

const now = new Date(2026, 10, 20, 8, 0);
const at = (day: number, hour = 12, month = 10) => new Date(2026, month, day, hour).toISOString();

describe("numbers", () => {
  it("writes tenths as decibans with one decimal", () => {
    expect(decibans(435)).toBe("43.5");
    expect(decibans(-15)).toBe("\u22121.5");
    expect([signed(80), signed(0), signed(-15)]).toEqual(["+8.0", "0.0", "\u22121.5"]);
  });

  it("never rounds a confidence up to certainty", () => {
    expect([confidence(1), confidence(0.9999), confidence(0.714)]).toEqual(["1", "0.99", "0.71"]);
  });

  it("knows the decibans of a probability", () => {
    expect(tenthsOf(0.5)).toBe(0);
    expect(tenthsOf(0.9)).toBe(95);
  });

  it("never rounds a probability up to certainty", () => {
    expect([percent(1), percent(0.99996), percent(0.983), percent(0.0042)]).toEqual([
      "100 %",
      "99.9 %",
      "98.3 %",
      "0.42 %",
    ]);
  });

  it("says when a total is a floor", () => {
    expect(total({ count: 100000, exact: false })).toBe("over 100,000");
    expect([plural(1, "issue", "issues"), plural(4700, "issue", "issues")]).toEqual(["1 issue", "4,700 issues"]);
  });
});

describe("times", () => {
  it("says how a deadline presses", () => {
    expect(due(at(20, 18), now)).toEqual({ text: "Today", press: "soon" });
    expect(due(at(21, 1), now)).toEqual({ text: "Tomorrow", press: "soon" });
    expect(due(at(29), now)).toEqual({ text: "29 Nov", press: "later" });
    expect(due(at(18, 7), now)).toEqual({ text: "2 d late", press: "late" });
    expect(due(at(20, 7), now)).toEqual({ text: "1 h late", press: "late" });
  });

  it("counts what is left in days and hours", () => {
    expect(left(at(23, 2), now)).toBe("2 d 18 h left");
    expect(left(at(19, 4), now)).toBe("1 d 4 h late");
  });

  it("says how long ago", () => {
    expect(ago(at(20, 6), now)).toBe("2 h ago");
    expect(ago(at(4, 6, 9), now)).toBe("4 Oct");
    expect([age(at(20, 7), now), age(at(18, 18), now), age(at(10, 8), now)]).toEqual(["1 h", "38 h", "10 d"]);
    expect([age(at(9, 9), now), ago(at(9, 9), now)]).toEqual(["10 d", "10 d ago"]);
  });
});

describe("words", () => {
  it("shows unknown signals and kinds as they are named", () => {
    expect([signalWord("kev"), signalWord("my_signal")]).toEqual(["Known exploited (KEV)", "My signal"]);
    expect([kindWord("sast"), kindWord("secret")]).toEqual(["SAST", "Secret"]);
  });

  it("names the first of many, each once", () => {
    expect(firstNames(["codeql", "codeql", "snyk"], 3)).toBe("codeql, snyk");
    expect(firstNames(["a", "b", "c", "d", "e"], 2)).toBe("a, b and 3 more");
  });

  it("writes a stream as one line", () => {
    const stream = {
      target: { kind: "repository", name: "github.com/a/b" },
      ref: "main",
      tool: "zap",
      category: "api",
    };
    expect(streamText(stream)).toBe("github.com/a/b, main (api)");
    expect(streamText(null)).toBe("");
  });
});
