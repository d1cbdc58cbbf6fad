import { useState } from "react";
import { Window } from "../parts/Window";
import { lettersOn, setLetters } from "./keys";
import { placeKeys } from "./places";

const KEYS: { keys: string[]; does: string }[] = [
  { keys: ["J", "K"], does: "next, previous (arrows too)" },
  { keys: ["Enter"], does: "open" },
  { keys: ["Esc"], does: "back, or close" },
  { keys: ["Space"], does: "preview on or off" },
  { keys: ["X"], does: "select" },
  { keys: ["/"], does: "filter" },
  { keys: ["B"], does: "because: the reasons of what has focus" },
  { keys: ["I"], does: "read the six facts" },
  { keys: ["E"], does: "change state" },
  { keys: ["M"], does: "merge the selected issues" },
  { keys: ["Y", "N"], does: "accept, reject the first suggestion" },
  { keys: ["."], does: "copy the id" },
  { keys: ["Ctrl", "Z"], does: "undo" },
  { keys: ["Ctrl", "K"], does: "search or jump" },
  ...placeKeys,
  { keys: ["?"], does: "these keys" },
];

/** All keys, and the switch for those of a single letter. */
export function KeysDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const [letters, set] = useState(lettersOn);
  return (
    <Window open={open} title="Keys" onClose={onClose}>
      <dl className="keys">
        {KEYS.map(({ keys, does }) => (
          <div key={does}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label className="check">
        <input
          type="checkbox"
          checked={letters}
          onChange={(event) => {
            setLetters(event.target.checked);
            set(event.target.checked);
          }}
        />
        Keys of a single letter act
      </label>
    </Window>
  );
}
