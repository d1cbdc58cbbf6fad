import { Icon } from "../../parts/Icon";

const HINTS: [string[], string][] = [
  [["J", "K"], "move"],
  [["Space"], "preview"],
  [["Enter"], "open"],
  [["X"], "select"],
  [["B"], "because"],
  [["?"], "all keys"],
];

/** What the marks mean, and the keys that are used most. */
export function QueueFoot() {
  return (
    <footer className="q-foot">
      <span>
        <span className="fact y">
          <Icon name="exposed" />
        </span>
        yes
      </span>
      <span>
        <span className="fact u">?</span>not known
      </span>
      <span>
        <span className="fact">–</span>no
      </span>
      <span>blank: does not apply</span>
      <span className="q-hints">
        {HINTS.map(([keys, does]) => (
          <span key={does}>
            {keys.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
            {does}
          </span>
        ))}
      </span>
    </footer>
  );
}
