import { useQuery } from "@tanstack/react-query";
import { facetsQuery } from "../api/queries";
import { QUEUE_STATES } from "../filter/parse";
import { VIEWS } from "../pages/queue/views";
import type { IconName } from "../parts/Icon";
import { queueAddress } from "./router";

/** A page that the navigation leads to. */
export interface Place {
  /** First part of its address. */
  id: string;
  label: string;
  icon: IconName;
  to: string;
  /** Pressed after G, it leads there. */
  key: string;
  group: "" | "Feed" | "Settings";
  /** Stands in the bar of a phone. */
  short?: boolean;
  count?: number | undefined;
}

/** Only pages that exist. The count stands beside the list that it counts. */
const PLACES: Place[] = [
  { id: "", label: "Overview", icon: "overview", to: "/", key: "o", group: "", short: true },
  { id: "queue", label: "Queue", icon: "queue", to: "/queue", key: "q", group: "", short: true },
  { id: "fixes", label: "Fixes", icon: "fix", to: "/fixes", key: "f", group: "", short: true },
  { id: "applications", label: "Applications", icon: "apps", to: "/applications", key: "a", group: "" },
  { id: "teams", label: "Teams", icon: "team", to: "/teams", key: "t", group: "" },
  { id: "components", label: "Components", icon: "package", to: "/components", key: "c", group: "" },
  { id: "apis", label: "APIs", icon: "code", to: "/apis", key: "p", group: "" },
  { id: "coverage", label: "Coverage", icon: "shield", to: "/coverage", key: "v", group: "" },
  { id: "imports", label: "Imports", icon: "imports", to: "/imports", key: "i", group: "Feed" },
  { id: "intel", label: "Intel", icon: "intel", to: "/intel", key: "n", group: "Feed" },
  { id: "inventory", label: "Inventory", icon: "file", to: "/inventory", key: "y", group: "Settings" },
  { id: "settings", label: "Risk model", icon: "model", to: "/settings/model", key: "m", group: "Settings" },
];

/** First parts of addresses that belong to another place. */
const WITHIN: Record<string, string> = { issues: "queue", services: "applications" };

/** The place that an address belongs to. */
export function placeOf(path: string): string {
  const first = path.split("/")[1] ?? "";
  return WITHIN[first] ?? first;
}

export function usePlaces(): Place[] {
  const { data } = useQuery(facetsQuery("", QUEUE_STATES));
  const urgent = data?.views.urgent;
  return PLACES.map((place) =>
    place.id === "queue" ? { ...place, to: queueAddress(urgent ? { q: VIEWS[0].q } : {}), count: urgent } : place,
  );
}

/** The same by the headings of the navigation, in its order. */
export function grouped(places: Place[]): [string, Place[]][] {
  const groups = new Map<string, Place[]>();
  for (const place of places) groups.set(place.group, [...(groups.get(place.group) ?? []), place]);
  return [...groups];
}

/** All places with their keys, for the list of keys. */
export const placeKeys = PLACES.map(({ key, label }) => ({ keys: ["G", key.toUpperCase()], does: `go to ${label}` }));
