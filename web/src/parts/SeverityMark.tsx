import type { Severity } from "../api/types";

/* A scanner's word, with its own shape: octagon, triangle, diamond, bar, ring. */
const SHAPES: Record<Severity, string> = {
  critical: "M3 .5h4L9.5 3v4L7 9.500H3L.5 7V3z",
  high: "M5 .8 9.600 9.200H.4z",
  medium: "M5 .3 9.700 5 5 9.700.3 5z",
  low: "M.5 3.600h9v2.800h-9z",
  info: "M5 .5a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zm0 1.800a2.700 2.700 0 1 1 0 5.400 2.700 2.700 0 0 1 0-5.400z",
  unknown:
    "M5 .5a4.500 4.500 0 1 0 0 9 4.500 4.500 0 0 0 0-9zm0 1.800a2.700 2.700 0 1 1 0 5.400 2.700 2.700 0 0 1 0-5.400z",
};

export function SeverityMark({ severity, raw }: { severity: Severity; raw?: string | undefined }) {
  const fill = `var(--sev-${severity === "unknown" ? "info" : severity})`;
  return (
    <span className="sev" title={raw ? `The tool's word: ${raw}` : undefined}>
      <svg viewBox="0 0 10 10" aria-hidden="true" focusable="false">
        <path d={SHAPES[severity]} fill={fill} fillRule="evenodd" />
      </svg>
      {severity === "unknown" ? "severity not known" : severity}
    </span>
  );
}
