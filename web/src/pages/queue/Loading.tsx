const ROWS = Array.from({ length: 12 }, (_, i) => i);
const WIDTHS = [52, 38, 46, 60, 34];

/** Grey bars where rows will be; they appear only after 150 ms. */
export function Loading() {
  return (
    <div className="q-loading" aria-busy="true">
      {ROWS.map((row) => (
        <div key={row}>
          <span className="grey" style={{ width: `${WIDTHS[row % WIDTHS.length]}%` }} />
          <span className="grey" style={{ width: "22%" }} />
        </div>
      ))}
    </div>
  );
}
