import { navigate, useAddress } from "../app/router";

/** The day of which a page speaks, kept in its address as `at`; empty is now. */
export function AsOfField() {
  const { path, search } = useAddress();
  const choose = (day: string) => navigate(day ? `${path}?at=${day}` : path, { replace: true });
  const today = new Date().toISOString().slice(0, 10);
  return (
    <label className="as-of">
      <span className="muted">On the day</span>
      <input
        className="input"
        type="date"
        max={today}
        value={(search.get("at") ?? "").slice(0, 10)}
        onChange={(event) => choose(event.target.value)}
      />
    </label>
  );
}
