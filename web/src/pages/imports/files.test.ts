import { describe, expect, it } from "vitest";
import { form } from "../../api/imports";
import { join, MOST_FILES, size } from "./files";

const upload = (path: string, text = "{}") => ({ path, file: new File([text], path.split("/").at(-1) ?? path) });

describe("files to import", () => {
  it("keeps one of each path, the newest", () => {
    const joined = join([upload("a/x.json", "old"), upload("b.json")], [upload("a/x.json", "newer")]);
    expect(joined.map(({ path, file }) => [path, file.size])).toEqual([
      ["a/x.json", 5],
      ["b.json", 2],
    ]);
  });

  it("stops at the most that one go may hold", () => {
    const many = Array.from({ length: MOST_FILES + 5 }, (_, i) => upload(`${i}.json`));
    expect(join([], many)).toHaveLength(MOST_FILES);
  });

  it("writes sizes", () => {
    expect([size(0), size(999), size(12_400), size(123_456_789)]).toEqual(["0 B", "999 B", "12.4 KB", "123 MB"]);
  });
});

describe("the form that is sent", () => {
  it("holds the flags that were given, and the files last", () => {
    const data = form([upload("ci/semgrep.sarif")], { repo: " github.com/a/b ", branch: "", coverage: "partial" });
    expect([...data.keys()]).toEqual(["repo", "partial", "files"]);
    expect(data.get("repo")).toBe("github.com/a/b");
    expect((data.get("files") as File).name).toBe("ci/semgrep.sarif");
  });
});
