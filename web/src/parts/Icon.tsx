/* Own line icons on a 16 px grid, 1.5 px stroke. They always stand beside a word or carry no meaning of their own. */

const PATHS = {
  queue: "M2.5 4h11M2.5 8h8M2.5 12h5",
  imports: "M8 2.5v7.5M4.8 7 8 10.2 11.2 7M2.5 13.5h11",
  filter: "M2.5 3.5h11L9.4 8.6v4.6l-2.8-1.6v-3z",
  check: "m3.5 8.4 3 3 6-6.6",
  close: "M4.2 4.2l7.6 7.6M11.8 4.2l-7.6 7.6",
  down: "m4 6.2 4 4 4-4",
  up: "m4 9.8 4-4 4 4",
  right: "m6.2 4 4 4-4 4",
  open: "M9 2.8h4.2V7M13 3 7.6 8.4M11.2 9.4v3.8H2.8V4.8h3.8",
  copy: "M6.5 5.5h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-6a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1zM10.5 5.5v-3h-8v8h3",
  plus: "M8 3.4v9.2M3.4 8h9.2",
  minus: "M4 8h8",
  undo: "M3 6.5h6.3a3.4 3.4 0 0 1 0 6.8H6M5.7 3.8 3 6.5l2.7 2.7",
  warn: "M8 2.4 14.2 13H1.8zM8 6.4v3.2M8 11.4v.1",
  stop: "M5.5 1.8h5l3.7 3.7v5l-3.7 3.7h-5l-3.7-3.7v-5zM5.9 5.9l4.2 4.2M10.1 5.9l-4.2 4.2",
  split: "M8 14V9.4L3.6 4.8M8 9.4l4.4-4.6M3.6 7.8v-3h3M9.4 4.8h3v3",
  merge: "M8 2v4.6l4.4 4.6M8 6.6l-4.4 4.6",
  help: "M6.3 6.3c.2-1 .9-1.4 1.7-1.4s1.7.5 1.7 1.5c0 1.3-1.7 1.3-1.7 2.6M8 11.3v.1M13.7 8A5.7 5.7 0 1 1 2.3 8a5.7 5.7 0 0 1 11.4 0z",
  clock: "M13.7 8A5.7 5.7 0 1 1 2.3 8a5.7 5.7 0 0 1 11.4 0zM8 4.8V8l2.2 1.5",
  sun: "M10.6 8a2.6 2.6 0 1 1-5.2 0 2.6 2.6 0 0 1 5.2 0zM8 1.6v1.6M8 12.8v1.6M14.4 8h-1.6M3.2 8H1.6M12.5 3.5l-1.1 1.1M4.6 11.4l-1.1 1.1M12.5 12.5l-1.1-1.1M4.6 4.6 3.5 3.5",
  moon: "M13 9.6A5.6 5.6 0 0 1 6.4 3a5.6 5.6 0 1 0 6.6 6.6z",
  file: "M3.5 2.5h6l3 3v8h-9zM9.5 2.5v3h3",
  search: "M11 7A4 4 0 1 1 3 7a4 4 0 0 1 8 0zM10 10l3.500 3.500",
  more: "M3.2 8h.1M8 8h.1M12.8 8h.1",
  overview: "M3 13V8.5M8 13V3M13 13V6",
  apps: "M2.8 2.8h4v4h-4zM9.2 2.8h4v4h-4zM2.8 9.2h4v4h-4zM9.2 9.2h4v4h-4z",
  team: "M8.4 5.2a2.2 2.2 0 1 1-4.4 0 2.200 2.200 0 0 1 4.400 0zM2 13c0-2.400 1.800-3.800 4.200-3.800s4.200 1.400 4.200 3.800M10.400 3.200a2.200 2.200 0 0 1 0 4M12 9.500c1.300.600 2 1.800 2 3.500",
  shield:
    "M8 1.8 13 3.600v4c0 3.200-2.200 5.400-5 6.600-2.800-1.200-5-3.400-5-6.600v-4zM5.800 7.800l1.600 1.600 2.900-3.200",
  intel:
    "M8 9.600a1.600 1.600 0 1 0 0-3.200 1.600 1.600 0 0 0 0 3.200zM8 9.600v4.600M4.800 11.200a4.500 4.500 0 1 1 6.400 0M2.900 12.600a7 7 0 1 1 10.200 0",
  model: "M2.500 4.500h6M11.500 4.500h2M2.500 11.500h2M7.500 11.500h6M10 3v3M6 10v3",
  fix: "M9.800 3.200a3.200 3.200 0 0 0-.6 3.600L3 13l6.200-6.200a3.200 3.200 0 0 0 3.900-4.300L11 4.600 9.600 4.200z",
  // Kinds of weakness.
  code: "M5.5 4 2 8l3.5 4M10.5 4 14 8l-3.5 4",
  package: "M8 1.8 13.5 4.8v6.4L8 14.2 2.5 11.2V4.8zM2.7 4.9 8 7.8l5.3-2.9M8 7.8v6.2",
  container: "M2.5 4.5h11v8h-11zM2.5 7h11M4.5 2.5h7",
  cloud: "M4.8 12.2a2.9 2.9 0 0 1-.3-5.8 3.7 3.7 0 0 1 7-.6 3.2 3.2 0 0 1-.3 6.4z",
  key: "M8.2 7.8 13.3 2.7M11.4 4.6l1.8 1.8M8.6 10.4a2.9 2.9 0 1 1-5.8 0 2.9 2.9 0 0 1 5.8 0z",
  // The six facts.
  kev: "M13 8A5 5 0 1 1 3 8a5 5 0 0 1 10 0zM9.6 8a1.6 1.6 0 1 1-3.2 0 1.6 1.6 0 0 1 3.2 0zM8 1.4V4M8 12v2.6M1.4 8H4M12 8h2.6",
  exploit: "m3 4.5 3.6 3.4L3 11.4M8 12.2h5",
  reachable:
    "M5 12.4h4.6a2.2 2.2 0 0 0 0-4.4H6.4a2.2 2.2 0 0 1 0-4.4H11M5 12.4a1.4 1.4 0 1 1-2.8 0 1.4 1.4 0 0 1 2.8 0zM13.8 3.6a1.4 1.4 0 1 1-2.8 0 1.4 1.4 0 0 1 2.8 0z",
  running: "M5 3.2 12.2 8 5 12.8z",
  exposed:
    "M13.7 8A5.7 5.7 0 1 1 2.3 8a5.7 5.7 0 0 1 11.4 0zM2.5 8h11M8 2.3c2 1.7 2.6 3.6 2.6 5.7S10 12 8 13.7C6 12 5.4 10.1 5.4 8S6 4 8 2.3z",
  data: "M13 4.2c0 1.1-2.2 2-5 2s-5-.9-5-2 2.2-2 5-2 5 .9 5 2zM3 4.2v7.6c0 1.1 2.2 2 5 2s5-.9 5-2V4.2M3 8c0 1.1 2.2 2 5 2s5-.9 5-2",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, small = false }: { name: IconName; small?: boolean }) {
  return (
    <svg className={small ? "i s" : "i"} viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}

const KIND_ICONS: Record<string, IconName> = {
  sca: "package",
  license: "package",
  malware: "package",
  container: "container",
  iac: "cloud",
  cloud: "cloud",
  config: "cloud",
  secret: "key",
  dast: "exposed",
  api: "exposed",
  iast: "running",
  runtime: "running",
  pentest: "kev",
};

export const kindIcon = (kind: string): IconName => KIND_ICONS[kind] ?? "code";

/** The mark of Muster: several lines meet in one point. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 22 22" aria-hidden="true" focusable="false">
      <circle cx="4" cy="4" r="1.7" />
      <circle cx="4" cy="11" r="1.7" />
      <circle cx="4" cy="18" r="1.7" />
      <path d="M5.8 4.3c4 .5 4 6 7 6.5M5.7 11h7M5.8 17.7c4-.5 4-6 7-6.5" />
      <circle cx="16" cy="11" r="3.4" fill="currentColor" />
    </svg>
  );
}
