import { infiniteQueryOptions, QueryClient, queryOptions } from "@tanstack/react-query";
import { ApiError } from "./client";
import { listImports, showImport, status } from "./imports";
import * as components from "./components";
import * as estate from "./estate";
import * as inventory from "./inventory";
import { type FixQuery, listFixes, showFix } from "./fixes";
import { listFeeds, showTrust, showVulnerability } from "./intel";
import { factsOfIssue } from "./ledger";
import { listFormats } from "./mapping";
import { showRisk, summariseChanges } from "./risk";
import { listStreams } from "./streams";
import { listNotifications, showTrend } from "./trend";
import { facets, type ListQuery, listIssues, previewSplit, showIssue, topIssues } from "./issues";

export const client = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      // Only a server that did not answer, or failed, is worth asking again.
      retry: (count, error) => count < 1 && error instanceof ApiError && (error.status === 0 || error.status >= 502),
    },
  },
});

export const statusQuery = queryOptions({
  queryKey: ["status"],
  queryFn: ({ signal }) => status(signal),
  // Without an answer it is asked more often, so that the page soon knows when the server is back.
  refetchInterval: (query) => (query.state.status === "error" ? 10_000 : 60_000),
});

export const facetsQuery = (q: string, state: string) =>
  queryOptions({
    queryKey: ["facets", q, state],
    queryFn: ({ signal }) => facets(q, state, signal),
    refetchInterval: 60_000,
  });

/** The list stands still until it is asked for again: rows never move under the hand. */
export const issuesQuery = (query: ListQuery) =>
  infiniteQueryOptions({
    queryKey: ["issues", query],
    queryFn: ({ pageParam, signal }) => listIssues(query, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 10 * 60_000,
  });

export const issueQuery = (id: string) =>
  queryOptions({ queryKey: ["issue", id], queryFn: ({ signal }) => showIssue(id, signal) });

export const importsQuery = infiniteQueryOptions({
  queryKey: ["imports"],
  queryFn: ({ pageParam, signal }) => listImports(pageParam, signal),
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page) => page.next ?? undefined,
});

export const importQuery = (id: string) =>
  queryOptions({ queryKey: ["import", id], queryFn: ({ signal }) => showImport(id, signal) });

export const streamsQuery = queryOptions({ queryKey: ["streams"], queryFn: ({ signal }) => listStreams(signal) });

export const formatsQuery = queryOptions({
  queryKey: ["formats"],
  queryFn: ({ signal }) => listFormats(signal),
  staleTime: Number.POSITIVE_INFINITY,
});

/** What a split would leave. It is asked again for each choice of findings. */
export const splitQuery = (id: string, findings: string[]) =>
  queryOptions({
    queryKey: ["split", id, ...findings],
    queryFn: () => previewSplit(id, findings),
    enabled: findings.length > 0,
    staleTime: 0,
  });

export const coverageQuery = queryOptions({
  queryKey: ["coverage"],
  queryFn: ({ signal }) => estate.listCoverage(signal),
});
export const unplacedQuery = queryOptions({
  queryKey: ["unplaced"],
  queryFn: ({ signal }) => estate.listUnplaced(signal),
});
export const inventoryQuery = queryOptions({
  queryKey: ["inventory"],
  queryFn: ({ signal }) => estate.showInventory(signal),
});
export const partsQuery = queryOptions({
  queryKey: ["inventory", "parts"],
  queryFn: ({ signal }) => inventory.showParts(signal),
});
export const proposalsQuery = queryOptions({
  queryKey: ["inventory", "proposals"],
  queryFn: ({ signal }) => inventory.listProposals(signal),
});
export const applicationsQuery = queryOptions({
  queryKey: ["applications"],
  queryFn: ({ signal }) => estate.listApplications(signal),
});
export const applicationQuery = (name: string) =>
  queryOptions({ queryKey: ["application", name], queryFn: ({ signal }) => estate.showApplication(name, signal) });
export const serviceQuery = (name: string, at = "") =>
  queryOptions({ queryKey: ["service", name, at], queryFn: ({ signal }) => estate.showService(name, at, signal) });
export const teamsQuery = queryOptions({ queryKey: ["teams"], queryFn: ({ signal }) => estate.listTeams(signal) });
export const teamQuery = (name: string, at = "") =>
  queryOptions({ queryKey: ["team", name, at], queryFn: ({ signal }) => estate.showTeam(name, at, signal) });

/** The first changes of a filter. */
export const topFixesQuery = (query: FixQuery) =>
  queryOptions({ queryKey: ["fixes", "top", query], queryFn: ({ signal }) => listFixes(query, undefined, signal) });

/** The whole list of changes, a page at a time. */
export const fixesQuery = (query: FixQuery) =>
  infiniteQueryOptions({
    queryKey: ["fixes", "all", query],
    queryFn: ({ pageParam, signal }) => listFixes(query, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  });

export const fixQuery = (id: string) =>
  queryOptions({ queryKey: ["fix", id], queryFn: ({ signal }) => showFix(id, signal) });

/** The issues that come first in a filter. */
export const topIssuesQuery = (q: string, limit: number) =>
  queryOptions({
    queryKey: ["issues", "top", q, limit],
    queryFn: ({ signal }) => topIssues(q, limit, signal),
  });

export const feedsQuery = queryOptions({ queryKey: ["feeds"], queryFn: ({ signal }) => listFeeds(signal) });
export const trustQuery = queryOptions({ queryKey: ["trust"], queryFn: ({ signal }) => showTrust(signal) });
export const vulnerabilityQuery = (id: string) =>
  queryOptions({ queryKey: ["vulnerability", id], queryFn: ({ signal }) => showVulnerability(id, signal) });

export const componentsQuery = (query: components.ComponentQuery) =>
  infiniteQueryOptions({
    queryKey: ["components", query],
    queryFn: ({ pageParam, signal }) => components.searchComponents(query, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
  });
/** The first packages of a service. */
export const packagesOfServiceQuery = (service: string, as_of: string) =>
  queryOptions({
    queryKey: ["packages", service, as_of],
    queryFn: ({ signal }) => components.searchComponents({ q: "", service, as_of, limit: 500 }, undefined, signal),
  });
export const componentQuery = (purl: string, at: string) =>
  queryOptions({
    queryKey: ["component", purl, at],
    queryFn: ({ signal }) => components.showComponent(purl, at, signal),
  });
export const affectedQuery = (q: string, at: string) =>
  queryOptions({ queryKey: ["affected", q, at], queryFn: ({ signal }) => components.listAffected(q, at, signal) });
export const apisQuery = (params: { service: string; team: string; q: string }) =>
  queryOptions({ queryKey: ["apis", params], queryFn: ({ signal }) => components.listApis(params, signal) });
export const trendQuery = (q: string) =>
  queryOptions({ queryKey: ["trend", q], queryFn: ({ signal }) => showTrend(q, signal) });
export const notificationsQuery = (team: string, limit: number) =>
  queryOptions({
    queryKey: ["notifications", team, limit],
    queryFn: ({ signal }) => listNotifications(team, limit, signal),
  });
export const riskQuery = queryOptions({ queryKey: ["risk"], queryFn: ({ signal }) => showRisk(signal) });
export const sinceQuery = (since: string, limit: number) =>
  queryOptions({
    queryKey: ["since", since, limit],
    queryFn: ({ signal }) => summariseChanges(since, limit, signal),
    placeholderData: (old) => old,
  });
export const licencesQuery = (all: boolean) =>
  queryOptions({ queryKey: ["licences", all], queryFn: ({ signal }) => components.listLicences(all, signal) });
export const suiteQuery = queryOptions({ queryKey: ["suite"], queryFn: ({ signal }) => estate.listSuite(signal) });
export const factsQuery = (issue: string) =>
  queryOptions({ queryKey: ["facts", issue], queryFn: ({ signal }) => factsOfIssue(issue, signal) });
