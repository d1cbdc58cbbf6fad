import { Link, useAddress } from "../../app/router";
import { count } from "../../format/number";

/** Parts of what was not looked at, and of what is nobody's. */
export function CoverageTabs({ unplaced }: { unplaced: number | undefined }) {
  const { path } = useAddress();
  const tabs: [string, string, number | undefined][] = [
    ["/coverage", "Services", undefined],
    ["/coverage/teams", "Teams", undefined],
    ["/coverage/unplaced", "Not placed", unplaced],
  ];
  return (
    <nav className="tabs" aria-label="Parts">
      {tabs.map(([to, label, n]) => (
        <Link key={to} to={to} aria-current={path === to ? "page" : undefined}>
          {label} {n !== undefined && <span className="c n">{count(n)}</span>}
        </Link>
      ))}
      <Link to="/imports?tab=streams">Streams and tools</Link>
    </nav>
  );
}
