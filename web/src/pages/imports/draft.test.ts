import { describe, expect, it } from "vitest";
import { effective, requests, together } from "./draft";

const upload = (path: string, bytes = 2) => ({ path, file: new File(["x".repeat(bytes)], path) });

describe("what is said of files", () => {
  it("of one file wins over what is said of all, and empty words say nothing", () => {
    expect(effective({ repo: "a", branch: "main" }, { flags: { repo: "b", branch: " " } }).flags).toEqual({
      repo: "b",
      branch: "main",
    });
  });

  it("a mapping leaves no format", () => {
    expect(effective({ format: "sarif" }, { mapping: "version: 1" })).toEqual({ flags: {}, mapping: "version: 1" });
  });

  it("puts together files of which the same is said", () => {
    const batches = together(
      [upload("a"), upload("b"), upload("c")],
      { repo: "r" },
      { b: { flags: { service: "s" } } },
    );
    expect(batches.map(({ files, flags }) => [files.map(({ path }) => path), flags])).toEqual([
      [["a", "c"], { repo: "r" }],
      [["b"], { repo: "r", service: "s" }],
    ]);
  });

  it("cuts a batch into requests by number and by size, and loses no file", () => {
    const many = Array.from({ length: 20 }, (_, i) => upload(`${i}`));
    const big = upload("big", 4_000_001);
    const cut = requests([{ files: [...many, big], flags: {} }]);
    expect(cut.map(({ files }) => files.length)).toEqual([8, 8, 4, 1]);
  });
});
