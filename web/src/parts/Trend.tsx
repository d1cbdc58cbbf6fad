import { useQuery } from "@tanstack/react-query";
import { trendQuery } from "../api/queries";
import type { TrendWeek } from "../api/trend";
import { useNow } from "../app/clock";
import { Link } from "../app/router";
import { count, plural } from "../format/number";
import { csv } from "../pages/components/question";
import { Icon } from "./Icon";
import { Asked } from "./State";
import { area, highest, line, points } from "./trend";
import { When } from "./When";
import "./trend.css";

const [WIDTH, HEIGHT] = [600, 120];

const COLUMNS: [string, (week: TrendWeek) => number][] = [
  ["Open", ({ open }) => open],
  ["Urgent", ({ urgent }) => urgent],
  ["Came", ({ opened }) => opened],
  ["Fixed", ({ fixed }) => fixed],
];

/** The weeks as a table for a spreadsheet. */
function save(weeks: TrendWeek[]) {
  const rows = weeks.map((week) => [week.until, ...COLUMNS.map(([, pick]) => String(pick(week)))]);
  const text = csv([["Week to", ...COLUMNS.map(([head]) => head)], ...rows]);
  const url = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "weeks.csv";
  link.click();
  URL.revokeObjectURL(url);
}

function Chart({ weeks }: { weeks: TrendWeek[] }) {
  const now = useNow();
  const top = highest(weeks);
  const of = (pick: (week: TrendWeek) => number) => points(weeks.map(pick), top, WIDTH, HEIGHT);
  const [first, last] = [weeks[0], weeks.at(-1)];
  if (!first || !last) return null;
  const at = (value: number) => ({ insetBlockEnd: `${(value / top) * 100}%` });
  // Two labels on one height would cover each other.
  const apart = (last.open - last.urgent) / top > 0.16;
  return (
    <figure className="trend-figure">
      <div className="trend-plot">
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
          <path className="trend-grid" d={`M0 0H${WIDTH}M0 ${HEIGHT / 2}H${WIDTH}`} />
          <path className="trend-urgent" d={area(of(({ urgent }) => urgent), HEIGHT)} />
          <path className="trend-urgent-line" d={line(of(({ urgent }) => urgent))} />
          <path className="trend-open" d={line(of(({ open }) => open))} />
        </svg>
        <span className="trend-ends xs n" aria-hidden="true">
          <span style={at(last.open)}>
            {count(last.open)} open{!apart && `, ${count(last.urgent)} urgent`}
          </span>
          {apart && (
            <b style={at(last.urgent)}>
              {count(last.urgent)} urgent
            </b>
          )}
        </span>
      </div>
      <figcaption className="trend-days xs dim">
        <span className="n">
          <When at={first.until} now={now} as="date" />: {count(first.open)} open, {count(first.urgent)} urgent
        </span>
        <When at={last.until} now={now} as="date" />
      </figcaption>
    </figure>
  );
}

/** What was open and urgent week by week. `dayOf` leads to the page of a day, where there is one. */
export function TrendPanel({ q, dayOf }: { q: string; dayOf?: (day: string) => string }) {
  const now = useNow();
  const query = useQuery(trendQuery(q));
  const title = "Last 13 weeks";
  return (
    <section className="panel" aria-label={title}>
      <header>
        <h2>{title}</h2>
        <span className="end">open and urgent at the end of each week</span>
      </header>
      <div className="body trend">
        <Asked query={query} what="The weeks could not be read">
          {({ weeks }) =>
            weeks.length === 0 ? (
              <p className="muted">The record begins with the first import.</p>
            ) : (
              <>
                {weeks.length > 1 ? (
                  <Chart weeks={weeks} />
                ) : (
                  <p className="muted">One week is on record: a line needs two.</p>
                )}
                <p className="trend-sum muted">
                  {plural(
                    weeks.reduce((sum, week) => sum + week.opened, 0),
                    "issue",
                    "issues",
                  )}{" "}
                  came, {count(weeks.reduce((sum, week) => sum + week.fixed, 0))} fixed
                  {weeks.length < 13 && (
                    <>
                      {" "}
                      in the {plural(weeks.length, "week", "weeks")} on record
                    </>
                  )}
                  .
                </p>
                <details>
                  <summary>Table</summary>
                  <table>
                    <thead>
                      <tr>
                        <th scope="col">Week to</th>
                        {COLUMNS.map(([head]) => (
                          <th key={head} scope="col" className="r">
                            {head}
                          </th>
                        ))}
                      </tr>
                    </thead>
                    <tbody>
                      {weeks.map((week, at) => (
                        <tr key={week.until}>
                          <td>
                            {dayOf && at < weeks.length - 1 ? (
                              <Link to={dayOf(week.until.slice(0, 10))} className="link">
                                <When at={week.until} now={now} as="date" />
                              </Link>
                            ) : (
                              <When at={week.until} now={now} as="date" />
                            )}
                          </td>
                          {COLUMNS.map(([head, pick]) => (
                            <td key={head} className="r n">
                              {count(pick(week))}
                            </td>
                          ))}
                        </tr>
                      ))}
                    </tbody>
                  </table>
                  <button type="button" className="btn sm" onClick={() => save(weeks)}>
                    <Icon name="imports" small />
                    CSV
                  </button>
                </details>
              </>
            )
          }
        </Asked>
      </div>
    </section>
  );
}
