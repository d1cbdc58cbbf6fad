import { lazy, type ReactNode, Suspense } from "react";
import { QueuePage } from "../pages/queue/QueuePage";
import { Failsafe } from "./Failsafe";
import { Link, useAddress } from "./router";
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
const OverviewPage = lazy(() => import("../pages/overview/OverviewPage"));
const ComponentsPage = lazy(() => import("../pages/components/ComponentsPage"));
const ComponentPage = lazy(() => import("../pages/components/ComponentPage"));
const ApisPage = lazy(() => import("../pages/apis/ApisPage"));
const ModelPage = lazy(() => import("../pages/model/ModelPage"));
const FixesPage = lazy(() => import("../pages/fixes/FixesPage"));
const FixPage = lazy(() => import("../pages/fixes/FixPage"));
const IntelPage = lazy(() => import("../pages/intel/IntelPage"));
const VulnerabilityPage = lazy(() => import("../pages/intel/VulnerabilityPage"));
const CoveragePage = lazy(() => import("../pages/coverage/CoveragePage"));
const SuitePage = lazy(() => import("../pages/coverage/SuitePage"));
const LicencesPage = lazy(() => import("../pages/components/LicencesPage"));
const NoticesPage = lazy(() => import("../pages/components/NoticesPage"));
const InventoryPage = lazy(() => import("../pages/inventory/InventoryPage"));
const UnplacedPage = lazy(() => import("../pages/coverage/UnplacedPage"));
const NewImportPage = lazy(() => import("../pages/imports/NewImportPage"));

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

/** A part of the address as it was meant; one that is wrongly written stays as it is. */
function named(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Pages of one thing: its list, and one by name. */
const OF: Record<string, { list?: () => ReactNode; one: (name: string) => ReactNode }> = {
  applications: { list: () => <ApplicationsPage />, one: (name) => <ApplicationPage key={name} name={name} /> },
  fixes: { list: () => <FixesPage />, one: (id) => <FixPage key={id} id={id} /> },
  intel: { list: () => <IntelPage />, one: (id) => <VulnerabilityPage key={id} id={id} /> },
  components: { list: () => <ComponentsPage />, one: (purl) => <ComponentPage key={purl} purl={purl} /> },
  apis: { list: () => <ApisPage />, one: (name) => <ApisPage key={name} service={name} /> },
  services: { one: (name) => <ServicePage key={name} name={name} /> },
  teams: { list: () => <TeamsPage />, one: (name) => <TeamPage key={name} name={name} /> },
};

function page(path: string): ReactNode {
  const [, first, second, third] = path.split("/");
  if (third) return <Nowhere />;
  if (first === "") return <OverviewPage />;
  if (first === "queue" && !second) return <QueuePage />;
  if (first === "issues" && second) return <IssuePage key={second} id={named(second)} />;
  if (first === "imports") {
    if (!second) return <ImportsPage />;
    return second === "new" ? <NewImportPage /> : <ImportPage key={second} id={named(second)} />;
  }
  if (first === "components" && second === "licences") return <LicencesPage />;
  if (first === "components" && second === "notices") return <NoticesPage />;
  const of = OF[first ?? ""];
  if (of && second) return of.one(named(second));
  if (of?.list) return of.list();
  if (first === "settings" && second === "model") return <ModelPage />;
  if (first === "inventory" && !second) return <InventoryPage />;
  if (first === "coverage" && !second) return <CoveragePage />;
  if (first === "coverage" && second === "teams") return <SuitePage />;
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
