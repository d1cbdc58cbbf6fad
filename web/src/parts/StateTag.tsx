import type { State } from "../api/types";
import { STATE_WORDS } from "../format/words";

/** A state other than open, as a quiet tag. */
export function StateTag({ state }: { state: State }) {
  return state === "open" ? null : <span className="tag">{STATE_WORDS[state]}</span>;
}
