/* The words that a mapping may use; docs/formats/mapping.md says what each means. */

export const KINDS = [
  "sast",
  "sca",
  "container",
  "secret",
  "iac",
  "dast",
  "iast",
  "api",
  "cloud",
  "pipeline",
  "config",
  "license",
  "malware",
  "runtime",
  "pentest",
];

const of = (group: string, names: string): string[] => names.split(" ").map((name) => `${group}.${name}`);

export const FIELDS = [
  "rule",
  "title",
  "severity",
  "kind",
  "identifiers",
  "aliases",
  "cwes",
  ...of("location", "path start_line end_line start_column end_column symbol url method parameter route"),
  ...of("location", "resource resource_type image layer commit"),
  ...of("package", "purl name version ecosystem fixed file chain direct source licenses"),
  ...of("cvss", "vector score source"),
  ...of("flow", "path line message"),
  ..."snippet secret secret_sha1 reachability confidence verified suppressed description remediation".split(" "),
  ..."request response references url first_seen_by_tool fingerprints distinct".split(" "),
];
