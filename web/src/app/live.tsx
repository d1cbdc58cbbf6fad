import { useSyncExternalStore } from "react";

/* The one polite live region: changes of sort, filter, count and state are said here. */

let text = "";
const listeners = new Set<() => void>();

/** Says a sentence to screen readers, once. */
export function announce(sentence: string) {
  // The same words twice would not be a change; a space that is not read makes them one.
  text = text === sentence ? `${sentence}\u00a0` : sentence;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void) {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}

export function LiveRegion() {
  const said = useSyncExternalStore(subscribe, () => text);
  return (
    <div className="vh" role="status" aria-live="polite" data-testid="live">
      {said}
    </div>
  );
}
