import { type AnchorHTMLAttributes, type MouseEvent, useSyncExternalStore } from "react";

/*
  The address is the state. Pages read it with useAddress and change it with navigate; there is nothing more to routing
  here than a listener on the browser's history.
*/

export interface Address {
  path: string;
  search: URLSearchParams;
  hash: string;
}

const listeners = new Set<() => void>();
let current = read();

function read(): Address {
  if (typeof window === "undefined") return { path: "/", search: new URLSearchParams(), hash: "" };
  const { pathname, search, hash } = window.location;
  return { path: pathname, search: new URLSearchParams(search), hash: hash.slice(1) };
}

function changed() {
  current = read();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  if (listeners.size === 0) window.addEventListener("popstate", changed);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.removeEventListener("popstate", changed);
  };
}

export const useAddress = (): Address => useSyncExternalStore(subscribe, () => current);

/** Goes to an address of this app. `replace` leaves no entry in the history. */
export function navigate(to: string, options: { replace?: boolean } = {}) {
  if (options.replace) window.history.replaceState(window.history.state, "", to);
  else window.history.pushState({ inside: true }, "", to);
  changed();
}

/** Goes back where that stays in this app, else to `otherwise`. */
export function back(otherwise: string) {
  if (window.history.state?.inside) window.history.back();
  else navigate(otherwise);
}

/** The address of the queue with some parameters; empty ones are left out. */
export function queueAddress(params: { q?: string; sort?: string; peek?: string } = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) if (value) search.set(name, value);
  const query = search.toString().replaceAll("%3A", ":").replaceAll("%2C", ",").replaceAll("%2F", "/");
  return query ? `/queue?${query}` : "/queue";
}

export const issueAddress = (id: string): string => `/issues/${encodeURIComponent(id)}`;
export const importAddress = (id: string): string => `/imports/${encodeURIComponent(id)}`;

export const applicationAddress = (name: string): string => `/applications/${encodeURIComponent(name)}`;
export const serviceAddress = (name: string): string => `/services/${encodeURIComponent(name)}`;
export const teamAddress = (name: string): string => `/teams/${encodeURIComponent(name)}`;
export const fixAddress = (id: string): string => `/fixes/${encodeURIComponent(id)}`;

export const vulnerabilityAddress = (id: string): string => `/intel/${encodeURIComponent(id)}`;

/** A term of the filter bar, with quotes where the value needs them. */
export const term = (field: string, value: string): string => `${field}:${/[\s,]/.test(value) ? `"${value}"` : value}`;

type LinkProps = Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href"> & { to: string };

/** A link inside the app; with a modifier key or another target it is left to the browser. */
export function Link({ to, onClick, children, ...rest }: LinkProps) {
  const click = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const plain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
    if (event.defaultPrevented || !plain || rest.target) return;
    event.preventDefault();
    navigate(to);
  };
  return (
    <a href={to} onClick={click} {...rest}>
      {children}
    </a>
  );
}
