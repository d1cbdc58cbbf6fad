import { useSyncExternalStore } from "react";

/** True while a media query holds. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (listener) => {
      const list = window.matchMedia(query);
      list.addEventListener("change", listener);
      return () => list.removeEventListener("change", listener);
    },
    () => window.matchMedia(query).matches,
  );
}

/** Rows become cards, the preview becomes the page. */
export const usePhone = () => useMedia("(max-width: 700px)");
/** Room for list and preview side by side. */
export const useWide = () => useMedia("(min-width: 1280px)");
