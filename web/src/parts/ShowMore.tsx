import { count } from "../format/number";

/** Below a list that is cut: a button that shows the next of its rows. Nothing where all are shown. */
export function ShowMore({
  of,
  shown,
  step,
  onShow,
}: {
  of: number;
  shown: number;
  step: number;
  onShow: (shown: number) => void;
}) {
  if (of <= shown) return null;
  return (
    <p className="body">
      <button type="button" className="btn" onClick={() => onShow(shown + step)}>
        Show {count(Math.min(step, of - shown))} more of {count(of)}
      </button>
    </p>
  );
}
