import { useQuery } from "@tanstack/react-query";
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { facetsQuery, statusQuery } from "../api/queries";
import { QUEUE_STATES } from "../filter/parse";
import { count } from "../format/number";
import { clockTime } from "../format/time";
import { VIEWS } from "../pages/queue/views";
import { Icon, type IconName, Mark } from "../parts/Icon";
import { KeysDialog } from "./KeysDialog";
import { useKeys, useLeader } from "./keys";
import { LiveRegion } from "./live";
import { Link, navigate, queueAddress, useAddress } from "./router";
import { ThemeSwitch } from "./ThemeSwitch";
import { Toasts, undoNewest } from "./toasts";
import "./shell.css";

interface Place {
  id: string;
  label: string;
  icon: IconName;
  to: string;
  count?: number | undefined;
}

/** Only pages that exist. The count stands beside the list that it counts. */
function usePlaces(): Place[] {
  const { data } = useQuery(facetsQuery("", QUEUE_STATES));
  const urgent = data?.views.urgent;
  return [
    { id: "queue", label: "Queue", icon: "queue", to: queueAddress(urgent ? { q: VIEWS[0].q } : {}), count: urgent },
    { id: "imports", label: "Imports", icon: "imports", to: "/imports" },
  ];
}

function Places({ places, at }: { places: Place[]; at: string }) {
  return places.map((place) => (
    <Link key={place.id} to={place.to} aria-current={place.id === at ? "page" : undefined}>
      <Icon name={place.icon} />
      <span>{place.label}</span>
      {place.count !== undefined && place.count > 0 && (
        <span className="c" title="urgent">
          {count(place.count)}
          <span className="vh"> urgent</span>
        </span>
      )}
    </Link>
  ));
}

/** Control Z takes back the newest change, wherever the focus is but in a field. */
function useUndoKey() {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const undo = event.key === "z" && (event.ctrlKey || event.metaKey) && !event.shiftKey;
      if (!undo || (event.target instanceof HTMLElement && event.target.matches("input, textarea"))) return;
      if (undoNewest()) event.preventDefault();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
}

/** A new page begins at its top and, where nothing in it took the focus, with the focus on it. */
function useFreshPage(path: string, main: RefObject<HTMLElement | null>) {
  const shown = useRef(path);
  useLayoutEffect(() => {
    if (shown.current !== path) main.current?.scrollTo(0, 0);
  }, [path, main]);
  useEffect(() => {
    if (shown.current === path) return;
    shown.current = path;
    if (document.activeElement === document.body) main.current?.focus({ preventScroll: true });
  }, [path, main]);
}

/** Says that what is shown is old, where the server has stopped to answer. */
function Connection() {
  const { isError, dataUpdatedAt } = useQuery(statusQuery);
  if (!isError) return null;
  const since = dataUpdatedAt > 0 ? `Shown as of ${clockTime(new Date(dataUpdatedAt))}. ` : "";
  return (
    <p className="offline" role="status">
      {since}The server does not answer; asking again every 10 s.
    </p>
  );
}

export function Shell({ children }: { children: ReactNode }) {
  const { path } = useAddress();
  const { data: status } = useQuery(statusQuery);
  const places = usePlaces();
  const [help, setHelp] = useState(false);
  const [queue, imports] = places;
  const main = useRef<HTMLElement>(null);
  useUndoKey();
  useFreshPage(path, main);
  useKeys(useLeader({ q: () => navigate(queue?.to ?? "/queue"), i: () => navigate(imports?.to ?? "/imports") }), {
    first: true,
  });
  useKeys({
    "?": (event) => {
      event.preventDefault();
      setHelp(true);
    },
  });
  const first = path.split("/")[1] ?? "";
  const at = first === "issues" || first === "" ? "queue" : first;
  return (
    <div className="app">
      <a className="skip" href="#main">
        Skip to the page
      </a>
      <nav className="nav" aria-label="Main">
        <div className="org">
          <Mark />
          <span className="ell">{status?.organisation || "Muster"}</span>
        </div>
        <Places places={places} at={at} />
        <div className="nav-end">
          <ThemeSwitch />
          <button type="button" className="btn sm ghost" onClick={() => setHelp(true)}>
            <Icon name="help" small />
            Keys <kbd>?</kbd>
          </button>
          {status && (
            <p className="dim xs" title={status.database}>
              Muster {status.version}
            </p>
          )}
        </div>
      </nav>
      <main id="main" tabIndex={-1} ref={main}>
        <Connection />
        {children}
      </main>
      <nav className="tabbar" aria-label="Main, short">
        <Places places={places} at={at} />
      </nav>
      <Toasts />
      <LiveRegion />
      <KeysDialog open={help} onClose={() => setHelp(false)} />
    </div>
  );
}
