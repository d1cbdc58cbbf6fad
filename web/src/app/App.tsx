import { useQuery } from "@tanstack/react-query";
import { lazy, type ReactNode, Suspense, useEffect } from "react";
import { facetsQuery } from "../api/queries";
import { QUEUE_STATES } from "../filter/parse";
import { QueuePage } from "../pages/queue/QueuePage";
import { VIEWS } from "../pages/queue/views";
import { Failsafe } from "./Failsafe";
import { Link, navigate, queueAddress, useAddress } from "./router";
import { Shell } from "./Shell";
import { useTitle } from "./title";

const IssuePage = lazy(() => import("../pages/issue/IssuePage"));
const ImportsPage = lazy(() => import("../pages/imports/ImportsPage"));
const ImportPage = lazy(() => import("../pages/imports/ImportPage"));
const ApplicationsPage = lazy(() => import("../pages/applications/ApplicationsPage"));
const ApplicationPage = lazy(() => import("../pages/applications/ApplicationPage"));
const ServicePage = lazy(() => import("../pages/services/ServicePage"));
const TeamsPage = lazy(() => import("../pages/teams/TeamsPage"));
const TeamPage = lazy(() => import("../pages/teams/TeamPage"));
const CoveragePage = lazy(() => import("../pages/coverage/CoveragePage"));
const UnplacedPage = lazy(() => import("../pages/coverage/UnplacedPage"));
const NewImportPage = lazy(() => import("../pages/imports/NewImportPage"));

/** `/` leads to what is urgent, or to the whole queue where nothing is. */
function Start() {
  const { data, isError } = useQuery(facetsQuery("", QUEUE_STATES));
  useEffect(() => {
    if (!data && !isError) return;
    navigate(queueAddress(data && data.views.urgent > 0 ? { q: VIEWS[0].q } : {}), { replace: true });
  }, [data, isError]);
  return null;
}

function Nowhere() {
  useTitle("Not found");
  return (
    <div className="page">
      <h1>There is no such page</h1>
      <p className="lead">
        The address leads nowhere. <Link to="/queue">Open the queue</Link>
      </p>
    </div>
  );
}

/** Pages of one thing: its list, and one by name. */
const OF: Record<string, { list?: () => ReactNode; one: (name: string) => ReactNode }> = {
  applications: { list: () => <ApplicationsPage />, one: (name) => <ApplicationPage key={name} name={name} /> },
  services: { one: (name) => <ServicePage key={name} name={name} /> },
  teams: { list: () => <TeamsPage />, one: (name) => <TeamPage key={name} name={name} /> },
};

function page(path: string): ReactNode {
  const [, first, second, third] = path.split("/");
  if (third) return <Nowhere />;
  if (first === "") return <Start />;
  if (first === "queue" && !second) return <QueuePage />;
  if (first === "issues" && second) return <IssuePage key={second} id={decodeURIComponent(second)} />;
  if (first === "imports") {
    if (!second) return <ImportsPage />;
    return second === "new" ? <NewImportPage /> : <ImportPage key={second} id={decodeURIComponent(second)} />;
  }
  const of = OF[first ?? ""];
  if (of && second) return of.one(decodeURIComponent(second));
  if (of?.list) return of.list();
  if (first === "coverage" && !second) return <CoveragePage />;
  if (first === "coverage" && second === "unplaced") return <UnplacedPage />;
  return <Nowhere />;
}

export function App() {
  const { path } = useAddress();
  return (
    <Shell>
      <Failsafe key={path}>
        <Suspense>{page(path)}</Suspense>
      </Failsafe>
    </Shell>
  );
}
