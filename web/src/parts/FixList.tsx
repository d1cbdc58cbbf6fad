import type { Fix, FixKind } from "../api/fixes";
import { useNow } from "../app/clock";
import { fixAddress, Link } from "../app/router";
import { plural, signed } from "../format/number";
import { Due } from "./Due";
import { Icon, type IconName } from "./Icon";
import { TierMark } from "./Tier";
import "./fix.css";

const ICONS: Record<FixKind, IconName> = {
  upgrade: "package",
  rebuild: "container",
  replace_base: "container",
  replace: "package",
  remove: "package",
  rotate: "key",
  configure: "cloud",
  code: "code",
};

/** Services and place; a place that begins with its service says it already. */
function whereOf(fix: Fix): string {
  const services = fix.services?.join(", ") ?? "";
  const place = fix.place ?? "";
  return services && !place.startsWith(services) ? [services, place].filter(Boolean).join(" · ") : place;
}

/** Changes to make, a row each, with what each ends. */
export function FixList({ fixes, first = 1, label }: { fixes: Fix[]; first?: number; label: string }) {
  const now = useNow();
  return (
    <ol className="fixes" aria-label={label}>
      {fixes.map((fix, at) => (
        <li key={fix.id}>
          <span className="fix-rank n dim">{first + at}</span>
          <Icon name={ICONS[fix.kind] ?? "fix"} />
          <div className="fix-what">
            <Link to={fixAddress(fix.id)} className="plain-link m">
              {fix.change}
            </Link>
            <p className="xs muted fix-place" title={whereOf(fix)}>
              {whereOf(fix)}
            </p>
          </div>
          <span className="fix-tier">{fix.tier && <TierMark tier={fix.tier} />}</span>
          <span className="fix-issues muted n">
            {plural(fix.issues.length, "issue", "issues")}
            {(fix.known_exploited ?? 0) > 0 && <span className="stop-t"> · {fix.known_exploited} in KEV</span>}
          </span>
          <span className="fix-risk n" title="The score that one issue would need to weigh as much as all of them">
            {signed(fix.risk_removed)}
          </span>
          <span className="fix-due n">
            <Due at={fix.due} now={now} />
          </span>
        </li>
      ))}
    </ol>
  );
}
