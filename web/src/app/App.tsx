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
