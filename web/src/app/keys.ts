import { useEffect, useRef } from "react";

const OFF = "muster.keys.off";

/** Single-letter keys can be switched off (WCAG 2.1.4). */
export const lettersOn = (): boolean => localStorage.getItem(OFF) !== "1";
export function setLetters(on: boolean) {
  if (on) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
}

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLInputElement && target.type !== "checkbox"));

/** Something that itself answers to Enter and Space. */
const isControl = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest("a, button, summary, [role=menuitem], [role=option], input") !== null;

/** A dialog or menu is open: the page behind it hears nothing. */
const isCovered = (): boolean => document.querySelector("[role=dialog], [role=alertdialog], [role=menu]") !== null;

export type Keys = Record<string, (event: KeyboardEvent) => void>;

/**
 * Keys of a page. Names are those of `KeyboardEvent.key`, letters in lower case. They act only when no field has focus and
 * nothing covers the page; Enter and Space are left to a focused control. `first` hears them before all others.
 */
export function useKeys(keys: Keys, options: { first?: boolean } = {}) {
  const first = options.first ?? false;
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
      const act = latest.current[name];
      if (!act || isField(event.target) || isCovered()) return;
      if ((name === "Enter" || name === " ") && isControl(event.target)) return;
      if (event.key.length === 1 && name !== " " && !lettersOn()) return;
      act(event);
    };
    document.addEventListener("keydown", listen, first);
    return () => document.removeEventListener("keydown", listen, first);
  }, [first]);
}

/** `G` and then a letter, within 1.5 seconds. */
export function useLeader(places: Record<string, () => void>): Keys {
  const pressed = useRef(0);
  const keys: Keys = {
    g: () => {
      pressed.current = Date.now();
    },
  };
  for (const [letter, go] of Object.entries(places)) {
    keys[letter] = (event) => {
      if (Date.now() - pressed.current > 1500) return;
      pressed.current = 0;
      event.preventDefault();
      // Other listeners of the same letter must not act as well.
      event.stopImmediatePropagation();
      go();
    };
  }
  return keys;
}
