import { plural } from "../../format/number";

interface Props {
  selected: number;
  onState: () => void;
  onMerge: () => void;
  onClear: () => void;
}

/** What is selected and what can be done with it. */
export function BulkBar({ selected, onState, onMerge, onClear }: Props) {
  if (selected === 0) return null;
  return (
    <section className="q-bulk" aria-label="Selection">
      <b className="m">{plural(selected, "issue", "issues")} selected</b>
      <button type="button" className="btn sm" onClick={onState}>
        State <kbd>E</kbd>
      </button>
      {selected > 1 && (
        <button type="button" className="btn sm" onClick={onMerge}>
          Merge <kbd>M</kbd>
        </button>
      )}
      <button type="button" className="btn sm ghost end" onClick={onClear}>
        Clear <kbd>Esc</kbd>
      </button>
    </section>
  );
}
