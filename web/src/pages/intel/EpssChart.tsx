import type { EpssPoint } from "../../api/intel";
import { useNow } from "../../app/clock";
import { percent } from "../../format/number";
import { When } from "../../parts/When";

const [WIDTH, HEIGHT] = [600, 120];

/** Days from the first to the last, from left to right; nought is in the scale. A step holds until the next day that is known. */
function path(points: EpssPoint[], top: number): string {
  const [first] = points;
  const start = new Date(first?.at ?? 0).getTime();
  const span = Math.max(1, new Date(points.at(-1)?.at ?? 0).getTime() - start);
  const x = (at: string) => ((new Date(at).getTime() - start) / span) * WIDTH;
  const y = (score: number) => HEIGHT - (score / top) * HEIGHT;
  return points.map(({ at, score }, i) => (i === 0 ? `M${x(at)} ${y(score)}` : `H${x(at)}V${y(score)}`)).join("");
}

/** EPSS over time as a line where there are several days, and always as a table. */
export function EpssChart({ points }: { points: EpssPoint[] }) {
  const now = useNow();
  const last = points.at(-1);
  if (!last) return null;
  const highest = Math.max(...points.map(({ score }) => score));
  const top = Math.min(1, Math.max(0.01, highest * 1.1));
  return (
    <div className="epss">
      <p>
        <b className="num">{percent(last.score)}</b>{" "}
        <span className="muted">
          {last.percentile !== undefined && `higher than ${percent(last.percentile)} of all, `}
          <When at={last.at} now={now} as="date" />
        </span>
      </p>
      {points.length > 1 && (
        <figure>
          <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <path d={path(points, top)} />
          </svg>
          <figcaption className="row xs dim">
            <When at={points[0]?.at ?? last.at} now={now} as="date" />
            <span>0 to {percent(top)}</span>
            <span className="end">
              <When at={last.at} now={now} as="date" />
            </span>
          </figcaption>
        </figure>
      )}
      <details>
        <summary>Table</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">Day</th>
              <th scope="col" className="r">
                Score
              </th>
              <th scope="col" className="r">
                Higher than
              </th>
            </tr>
          </thead>
          <tbody>
            {points.map((point) => (
              <tr key={point.at}>
                <td>
                  <When at={point.at} now={now} as="date" />
                </td>
                <td className="r n">{percent(point.score)}</td>
                <td className="r n">{point.percentile === undefined ? "–" : percent(point.percentile)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </div>
  );
}
