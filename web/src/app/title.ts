import { useEffect } from "react";

/** Name of the page in the tab. */
export function useTitle(title: string) {
  useEffect(() => {
    document.title = `${title} · Muster`;
  }, [title]);
}
