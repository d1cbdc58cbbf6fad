import { describe, expect, it } from "vitest";
import { fields, quoted, value, withField, withoutField, withValue } from "./mappingText";

const TEXT = `# Proposed for acme.csv.
version: 1
tool: acme  # unsure: the name
kind: sast
rows:
  in: json
  at: "problems[]"
complete: true  # false where a report lists only part
fields:
  location.path: Path  # sure: its name; src/a.py | src/b.py
  rule: "#3"
  severity:
    from: Sev
    map: {Bogus: low}
  title: [message, rule_id]
# Given to no field:
#   Owner
`;

describe("a mapping as text", () => {
  it("shows its fields, without comments, and says which only the text can change", () => {
    expect(fields(TEXT)).toEqual([
      { field: "location.path", from: "Path", simple: true },
      { field: "rule", from: "#3", simple: true },
      { field: "severity", from: "", simple: false },
      { field: "title", from: "[message, rule_id]", simple: true },
    ]);
  });

  it("shows values at the top and in rows", () => {
    expect([value(TEXT, "tool"), value(TEXT, "rows.at"), value(TEXT, "complete"), value(TEXT, "nothing")]).toEqual([
      "acme",
      "problems[]",
      "true",
      "",
    ]);
  });

  it("changes one line and leaves every other as it is", () => {
    const changed = withField(TEXT, "location.path", "File name");
    expect(changed.split("\n").filter((line) => !TEXT.includes(line))).toEqual(["  location.path: File name"]);
    expect(value(withValue(TEXT, "complete", "false"), "complete")).toBe("false");
    expect(value(withValue(TEXT, "rows.at", "a[].b[]"), "rows.at")).toBe("a[].b[]");
  });

  it("adds a field at the end of the fields, before the comment that follows", () => {
    const added = withField(TEXT, "remediation", "Owner");
    expect(added).toContain("  title: [message, rule_id]\n  remediation: Owner\n# Given");
  });

  it("takes a field away with all its lines", () => {
    const less = withoutField(TEXT, "severity");
    expect(less).not.toContain("Bogus");
    expect(fields(less).map(({ field }) => field)).toEqual(["location.path", "rule", "title"]);
    expect(withoutField(TEXT, "flow.path")).toBe(TEXT);
  });

  it("quotes what YAML would read as something else", () => {
    expect(["Path", "a.b[0]", "#3", "yes", "12", "a: b", "{from: x}"].map(quoted)).toEqual([
      "Path",
      "a.b[0]",
      '"#3"',
      '"yes"',
      '"12"',
      '"a: b"',
      "{from: x}",
    ]);
  });
});
