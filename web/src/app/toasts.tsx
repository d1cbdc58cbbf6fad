import { useEffect, useState, useSyncExternalStore } from "react";
import { Icon } from "../parts/Icon";
import { announce } from "./live";
import "./toasts.css";

/* Notices at the foot of the page. What can be undone keeps its Undo for ten seconds; later the history has it. */

const UNDO_MS = 10_000;
const ERROR_MS = 20_000;

interface Toast {
  key: number;
  text: string;
  error: boolean;
  undo?: () => Promise<void>;
}

let toasts: Toast[] = [];
let made = 0;
const listeners = new Set<() => void>();

function set(next: Toast[]) {
  toasts = next;
  for (const listener of listeners) listener();
}

const drop = (key: number) => set(toasts.filter((toast) => toast.key !== key));

function add(toast: Omit<Toast, "key">) {
  made += 1;
  set([...toasts.slice(-2), { ...toast, key: made }]);
  announce(toast.undo ? `${toast.text}. Undo with Control Z.` : toast.text);
}

export const notice = (text: string, undo?: () => Promise<void>) =>
  add({ text, error: false, ...(undo ? { undo } : {}) });
export const complain = (text: string) => add({ text, error: true });

/** Undoes the newest notice that can be; false where there is none. */
export function undoNewest(): boolean {
  const newest = toasts.findLast((toast) => toast.undo);
  if (!newest) return false;
  drop(newest.key);
  newest.undo?.().catch((error: Error) => complain(error.message));
  return true;
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

function Notice({ toast }: { toast: Toast }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    // Reading or reaching for it stops the clock.
    if (held) return;
    const timer = setTimeout(() => drop(toast.key), toast.error ? ERROR_MS : UNDO_MS);
    return () => clearTimeout(timer);
  }, [held, toast.key, toast.error]);
  const undo = () => {
    drop(toast.key);
    toast.undo?.().catch((error: Error) => complain(error.message));
  };
  return (
    <li
      className={toast.error ? "toast is-error" : "toast"}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <Icon name={toast.error ? "warn" : "check"} small />
      <span>{toast.text}</span>
      {toast.undo && (
        <button type="button" className="btn sm" onClick={undo}>
          Undo
        </button>
      )}
      <button type="button" className="btn sm ghost icon" aria-label="Dismiss" onClick={() => drop(toast.key)}>
        <Icon name="close" small />
      </button>
    </li>
  );
}

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <section aria-label="Notices" hidden={shown.length === 0}>
      <ul className="toasts">
        {shown.map((toast) => (
          <Notice key={toast.key} toast={toast} />
        ))}
      </ul>
    </section>
  );
}
