import type { CoverageRow, Inventory } from "../../api/estate";
import type { Severity } from "../../api/types";

/* Rows of kind and service, turned into a grid. */

export interface ServiceStanding {
  service: string;
  team: string | undefined;
  criticality: Severity;
  cells: Map<string, CoverageRow>;
  /** Required scans that are not complete and fresh. */
  gaps: number;
  /** `full`: nothing is missing; `stale`: only age is; `lacking`: something failed, is partial or never ran. */
  standing: "full" | "stale" | "lacking";
}

export const WEIGHT: Record<Severity, number> = { critical: 4, high: 3, medium: 2, low: 1, info: 1, unknown: 1 };

const ORDER = ["sast", "sca", "secret", "container", "iac", "dast"];

/** Kinds that some service needs or has, in a fixed order: first those that are required, then the others by name. */
export function kindsOf(rows: CoverageRow[]): string[] {
  const place = (kind: string) => (ORDER.includes(kind) ? ORDER.indexOf(kind) : ORDER.length);
  const required = new Set(rows.filter((row) => row.required).map((row) => row.kind));
  const kinds = [...new Set(rows.filter((row) => row.service !== "" && isShown(row)).map((row) => row.kind))];
  return kinds.sort(
    (a, b) => Number(required.has(b)) - Number(required.has(a)) || place(a) - place(b) || a.localeCompare(b, "en"),
  );
}

/** Services, without the targets that none has. */
export function standings(rows: CoverageRow[], inventory: Inventory | undefined): ServiceStanding[] {
  const application = new Map(inventory?.services.map((service) => [service.name, service.application]));
  const criticality = new Map(inventory?.applications.map(({ name, criticality }) => [name, criticality]));
  const byName = new Map<string, ServiceStanding>();
  for (const row of rows) {
    if (!row.service) continue;
    let one = byName.get(row.service);
    if (!one) {
      one = {
        service: row.service,
        team: row.team,
        criticality: criticality.get(application.get(row.service) ?? "") ?? "unknown",
        cells: new Map(),
        gaps: 0,
        standing: "full",
      };
      byName.set(row.service, one);
    }
    one.cells.set(row.kind, row);
    if (!row.required || row.state === "fresh") continue;
    one.gaps += 1;
    if (row.state !== "stale") one.standing = "lacking";
    else if (one.standing === "full") one.standing = "stale";
  }
  // Of a service of which nothing is known there is nothing to scan, and it is not covered either.
  for (const one of byName.values()) if (![...one.cells.values()].some((row) => row.required)) one.standing = "lacking";
  return [...byName.values()];
}

/** Worth a mark: what is needed, and what came without being needed. */
export const isShown = (row: CoverageRow): boolean => row.required || row.state !== "never";

export type Order = "gaps" | "team" | "name";

const byName = (a: ServiceStanding, b: ServiceStanding) => a.service.localeCompare(b.service, "en");

const ORDERS: Record<Order, (a: ServiceStanding, b: ServiceStanding) => number> = {
  gaps: (a, b) => b.gaps * WEIGHT[b.criticality] - a.gaps * WEIGHT[a.criticality] || byName(a, b),
  team: (a, b) => (a.team ?? "\uffff").localeCompare(b.team ?? "\uffff", "en") || byName(a, b),
  name: byName,
};

export const inOrder = (list: ServiceStanding[], order: Order): ServiceStanding[] => [...list].sort(ORDERS[order]);

/** A kind of scan is green by one tool while another of the kind failed. */
export const failsBeside = (one: ServiceStanding): boolean =>
  [...one.cells.values()].some((row) => row.state === "fresh" && row.short?.some(({ state }) => state === "failed"));

/** How many services have a fresh complete scan of a kind, of those that need it. */
export function share(list: ServiceStanding[], kind: string): { fresh: number; of: number } {
  const cells = list.map((each) => each.cells.get(kind)).filter((cell) => cell !== undefined && isShown(cell));
  return { fresh: cells.filter((cell) => cell?.state === "fresh").length, of: cells.length };
}
