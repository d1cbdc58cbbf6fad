import { useQuery } from "@tanstack/react-query";
import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import { statusQuery } from "../api/queries";
import { count } from "../format/number";
import { clockTime } from "../format/time";
import { RunCard } from "../pages/imports/RunCard";
import { Icon, Mark } from "../parts/Icon";
import { Window } from "../parts/Window";
import { Jump } from "./Jump";
import { KeysDialog } from "./KeysDialog";
import { useKeys, useLeader } from "./keys";
import { LiveRegion } from "./live";
import { grouped, type Place, placeOf, usePlaces } from "./places";
import { Link, navigate, useAddress } from "./router";
import { ThemeSwitch } from "./ThemeSwitch";
import { Toasts, undoNewest } from "./toasts";
import "./shell.css";

function PlaceLink({ place, at, onGo }: { place: Place; at: string; onGo?: () => void }) {
  return (
    <Link to={place.to} aria-current={place.id === at ? "page" : undefined} onClick={onGo}>
      <Icon name={place.icon} />
      <span>{place.label}</span>
      {place.count !== undefined && place.count > 0 && (
        <span className="c" title="urgent">
          {count(place.count)}
          <span className="vh"> urgent</span>
        </span>
      )}
    </Link>
  );
}

/** The places under their headings. */
function Places({ places, at, onGo }: { places: Place[]; at: string; onGo?: () => void }) {
  return grouped(places).map(([group, some]) => (
    <section key={group} className="nav-group" aria-label={group || "Work"}>
      {group && <p className="nav-head">{group}</p>}
      {some.map((place) => (
        <PlaceLink key={place.id} place={place} at={at} {...(onGo ? { onGo } : {})} />
      ))}
    </section>
  ));
}

/** The bar of a phone: the places that one needs there, and a list of all. */
function TabBar({ places, at }: { places: Place[]; at: string }) {
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  return (
    <nav className="tabbar" aria-label="Main, short">
      {places
        .filter((place) => place.short)
        .map((place) => (
          <PlaceLink key={place.id} place={place} at={at} />
        ))}
      <button type="button" onClick={() => setOpen(true)}>
        <Icon name="more" />
        <span>More</span>
      </button>
      <Window open={open} title="All pages" onClose={close}>
        <div className="nav-all">
          <Places places={places} at={at} onGo={close} />
        </div>
        <ThemeSwitch />
      </Window>
    </nav>
  );
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

/** Control K opens the list of places, also from a field. */
function useJumpKey(open: () => void) {
  const latest = useRef(open);
  latest.current = open;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey)
        return;
      event.preventDefault();
      latest.current();
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
  const [jump, setJump] = useState(false);
  useJumpKey(() => setJump(true));
  const main = useRef<HTMLElement>(null);
  useUndoKey();
  useFreshPage(path, main);
  useKeys(useLeader(Object.fromEntries(places.map(({ key, to }) => [key, () => navigate(to)]))), { first: true });
  useKeys({
    "?": (event) => {
      event.preventDefault();
      setHelp(true);
    },
  });
  const at = placeOf(path);
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
        <button type="button" className="btn sm jump-btn" onClick={() => setJump(true)}>
          <Icon name="search" small />
          Jump to <kbd>Ctrl K</kbd>
        </button>
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
      <TabBar places={places} at={at} />
      <RunCard />
      <Toasts />
      <LiveRegion />
      <Jump places={places} open={jump} onClose={() => setJump(false)} />
      <KeysDialog open={help} onClose={() => setHelp(false)} />
    </div>
  );
}
