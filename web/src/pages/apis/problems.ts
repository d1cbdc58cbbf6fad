import type { ApiProblem } from "../../api/components";

/** What is wrong with an endpoint, in the order in which it is shown. */
export const PROBLEMS: Record<ApiProblem, { label: string; means: string }> = {
  shadow: {
    label: "Undocumented",
    means: "Seen, tested or in the code, and in no document of a service that has one.",
  },
  zombie: { label: "Deprecated, still called", means: "Deprecated, and still called." },
  untested: { label: "Never tested", means: "No dynamic scanner has called it." },
  unused: {
    label: "Not called",
    means: "Documented, and not called for 30 days although the service's traffic is known.",
  },
  open: {
    label: "No login, classed data",
    means: "It answers without asking who it is, on a service that handles classed data.",
  },
};
