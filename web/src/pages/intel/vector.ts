/* CVSS vectors in words: what each metric is called and what its value means. */

const NAMES: Record<string, [string, Record<string, string>]> = {
  AV: ["Attack vector", { N: "network", A: "adjacent", L: "local", P: "physical" }],
  AC: ["Attack complexity", { L: "low", M: "medium", H: "high" }],
  AT: ["Attack requirements", { N: "none", P: "present" }],
  Au: ["Authentication", { N: "none", S: "single", M: "multiple" }],
  PR: ["Privileges required", { N: "none", L: "low", H: "high" }],
  UI: ["User interaction", { N: "none", R: "required", P: "passive", A: "active" }],
  S: ["Scope", { U: "unchanged", C: "changed" }],
  C: ["Confidentiality", { N: "none", L: "low", H: "high", P: "partial", C: "complete" }],
  I: ["Integrity", { N: "none", L: "low", H: "high", P: "partial", C: "complete" }],
  A: ["Availability", { N: "none", L: "low", H: "high", P: "partial", C: "complete" }],
  VC: ["Confidentiality of the system", { N: "none", L: "low", H: "high" }],
  VI: ["Integrity of the system", { N: "none", L: "low", H: "high" }],
  VA: ["Availability of the system", { N: "none", L: "low", H: "high" }],
  SC: ["Confidentiality of others", { N: "none", L: "low", H: "high" }],
  SI: ["Integrity of others", { N: "none", L: "low", H: "high", S: "safety" }],
  SA: ["Availability of others", { N: "none", L: "low", H: "high", S: "safety" }],
  E: ["Exploit maturity", { A: "attacked", P: "proof of concept", U: "unproven", F: "functional", H: "high" }],
};

/** `Attack vector: network`; metrics that are not defined are left out, unknown ones stay as they are written. */
export function spelt(vector: string): string[] {
  const out: string[] = [];
  for (const part of vector.split("/")) {
    const [metric, value] = part.split(":");
    if (!metric || !value || metric === "CVSS" || value === "X" || value === "ND") continue;
    const [name, values] = NAMES[metric] ?? [metric, {}];
    out.push(`${name}: ${values[value] ?? value}`);
  }
  return out;
}
