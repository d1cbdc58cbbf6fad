import { describe, expect, it } from "vitest";
import type { CoverageRow, ScanState } from "../../api/estate";
import { failsBeside, inOrder, kindsOf, share, standings } from "./standing";

const row = (service: string, kind: string, state: ScanState, required = true): CoverageRow => ({
  service,
  kind,
  state,
  required,
  tools: [],
  ...(service === "orphan" ? {} : { team: "payments" }),
});

const ROWS = [
  row("api", "sast", "fresh"),
  row("api", "sca", "stale"),
  row("api", "pentest", "partial", false),
  row("web", "sast", "fresh"),
  row("web", "sca", "fresh"),
  row("orphan", "sast", "never"),
  row("orphan", "sca", "failed"),
  row("bare", "iac", "never", false),
  row("", "sast", "fresh"),
];

const inventory = {
  teams: [],
  applications: [{ name: "shop", criticality: "critical" as const }],
  services: [{ name: "api", application: "shop" }],
};

describe("coverage by service", () => {
  const list = standings(ROWS, inventory);

  it("counts only required scans as gaps, and a green service has none", () => {
    expect(list.map(({ service, gaps, standing }) => [service, gaps, standing])).toEqual([
      ["api", 1, "stale"],
      ["web", 0, "full"],
      ["orphan", 2, "lacking"],
      ["bare", 0, "lacking"],
    ]);
  });

  it("puts gaps first, weighted by criticality; a gap of a critical service weighs four", () => {
    expect(inOrder(list, "gaps").map(({ service }) => service)).toEqual(["api", "orphan", "bare", "web"]);
    expect(inOrder(list, "team").map(({ service }) => service)).toEqual(["api", "bare", "web", "orphan"]);
    expect(inOrder(list, "name").map(({ service }) => service)).toEqual(["api", "bare", "orphan", "web"]);
  });

  it("names a service in which one tool is fresh and another of the kind failed", () => {
    const eslint = { state: "failed" as const, tool: "eslint", target: "shop", scanned: "2026-11-15T00:00:00Z" };
    const rows: CoverageRow[] = [
      { ...row("api", "sast", "fresh"), short: [eslint] },
      { ...row("web", "sast", "fresh"), short: [{ ...eslint, state: "partial" }] },
      { ...row("job", "sast", "failed"), short: [eslint] },
    ];
    expect(
      standings(rows, inventory)
        .filter(failsBeside)
        .map(({ service }) => service),
    ).toEqual(["api"]);
  });

  it("has no column of a kind that only targets without a service have", () => {
    expect(kindsOf([row("", "pentest", "stale", false), row("api", "sast", "fresh")])).toEqual(["sast"]);
  });

  it("shows required kinds first", () => {
    expect(kindsOf(ROWS)).toEqual(["sast", "sca", "pentest"]);
    expect(kindsOf([row("a", "pentest", "fresh", false), row("a", "dast", "fresh")])).toEqual(["dast", "pentest"]);
  });

  it("counts fresh ones of those that need the kind", () => {
    expect(share(list, "sast")).toEqual({ fresh: 2, of: 3 });
    expect(share(list, "pentest")).toEqual({ fresh: 0, of: 1 });
  });
});
