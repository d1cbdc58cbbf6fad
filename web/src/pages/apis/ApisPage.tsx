import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useState } from "react";
import type { ApiProblem, ApiRow } from "../../api/components";
import { apisQuery } from "../../api/queries";
import { useNow } from "../../app/clock";
import { issueAddress, Link, navigate, useAddress } from "../../app/router";
import { useTitle } from "../../app/title";
import { count, plural } from "../../format/number";
import { age } from "../../format/time";
import { Known, ServiceName, TeamName } from "../../parts/Names";
import { ShowMore } from "../../parts/ShowMore";
import { Asked } from "../../parts/State";
import { PROBLEMS } from "./problems";
import "./apis.css";

const STEP = 200;
/** Issues that a row names. */
const ISSUES = 3;

/** Missing from a document can be only what belongs to a service that has one. */
function Documented({ row }: { row: ApiRow }) {
  if (row.documented) return <span className="ok-t">yes</span>;
  if (row.problems.includes("shadow")) return <span className="dim">no</span>;
  return (
    <span className="dim" title="No API document of this service is known, so none can lack it">
      no document
    </span>
  );
}

function Row({ row, now }: { row: ApiRow; now: Date }) {
  return (
    <tr>
      <th scope="row">
        <code>
          <b>{row.method}</b> {row.pattern}
        </code>
        {row.deprecated && <span className="tag">deprecated</span>}
        <span className="api-where">
          <ServiceName name={row.service} /> · <TeamName name={row.owner} />
          {row.handler && ` · ${row.handler}`}
        </span>
      </th>
      <td data-label="Gaps">
        {row.problems.length === 0 && <span className="dim">none</span>}
        {row.problems.map((problem) => (
          <span key={problem} className="pill warn api-gap" title={PROBLEMS[problem].means}>
            {PROBLEMS[problem].label}
          </span>
        ))}
      </td>
      <td data-label="Documented">
        <Documented row={row} />
      </td>
      <td data-label="Seen">
        {row.seen ? (
          <span title={plural(row.seen.calls, "call", "calls")}>{age(row.seen.last, now)} ago</span>
        ) : (
          <span className="dim">never</span>
        )}
      </td>
      <td data-label="Tested">
        {row.tested ? (
          <span title={row.tested.by.join(", ")}>{age(row.tested.last, now)} ago</span>
        ) : (
          <span className="dim">never</span>
        )}
      </td>
      <td data-label="Login">
        <Known word={row.authentication} />
      </td>
      <td data-label="Data" className="muted">
        {row.data.join(", ") || "–"}
      </td>
      <td data-label="Issues">
        {row.issues.length === 0 && <span className="dim">0</span>}
        {row.issues.slice(0, ISSUES).map((id) => (
          <Link key={id} to={issueAddress(id)} className="link api-issue">
            {id}
          </Link>
        ))}
        {row.issues.length > ISSUES && <span className="dim">and {count(row.issues.length - ISSUES)} more</span>}
      </td>
      <td data-label="Known from" className="muted api-sources">
        {row.sources.join(", ")}
      </td>
    </tr>
  );
}

/** Which routes exist, which are undocumented or untested? `?gap=`, `?service=`, `?team=`, `?q=` narrow. */
export default function ApisPage({ service: only }: { service?: string }) {
  useTitle("APIs");
  const now = useNow();
  const { search } = useAddress();
  const service = only ?? search.get("service") ?? "";
  const team = search.get("team") ?? "";
  const q = search.get("q") ?? "";
  const gap = Object.keys(PROBLEMS).find((name) => name === search.get("gap")) as ApiProblem | undefined;
  const [text, setText] = useState(q);
  useEffect(() => setText(q), [q]);
  const [shown, setShown] = useState(STEP);
  const query = useQuery(apisQuery({ service, team, q }));
  const address = (change: { gap?: string | undefined; q?: string; service?: string; team?: string }): string => {
    const next = new URLSearchParams();
    const all = { q, gap, team, ...(only ? {} : { service }), ...change };
    for (const [name, value] of Object.entries(all)) if (value) next.set(name, value);
    const path = only && change.service !== "" ? `/apis/${encodeURIComponent(only)}` : "/apis";
    return next.size > 0 ? `${path}?${next}` : path;
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    navigate(address({ q: text.trim() }));
  };
  return (
    <div className="page stack">
      <header className="page-head">
        <h1>APIs</h1>
        {service && (
          <Link to={address({ service: "" })} className="tag">
            service {service} ×<span className="vh"> remove</span>
          </Link>
        )}
        {team && (
          <Link to={address({ team: "" })} className="tag">
            team {team} ×<span className="vh"> remove</span>
          </Link>
        )}
        <form className="row end" onSubmit={submit}>
          <input
            className="input api-q"
            type="search"
            aria-label="Part of the pattern"
            placeholder="/orders"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <button type="submit" className="btn">
            Search
          </button>
        </form>
      </header>
      <Asked query={query} what="The endpoints could not be read">
        {({ items }) => {
          const rows = gap ? items.filter((row) => row.problems.includes(gap)) : items;
          return (
            <>
              <nav className="chips" aria-label="Gaps">
                <Link to={address({ gap: undefined })} aria-current={gap ? undefined : "page"}>
                  All <span className="n">{count(items.length)}</span>
                </Link>
                {Object.entries(PROBLEMS).map(([name, { label, means }]) => (
                  <Link
                    key={name}
                    to={address({ gap: name })}
                    aria-current={gap === name ? "page" : undefined}
                    title={means}
                  >
                    {label}{" "}
                    <span className="n">
                      {count(items.filter((row) => row.problems.includes(name as ApiProblem)).length)}
                    </span>
                  </Link>
                ))}
              </nav>
              {gap && <p className="note">{PROBLEMS[gap].means}</p>}
              {rows.length === 0 ? (
                <div className="empty">
                  <h2>{items.length === 0 && !q ? "No endpoint is known yet" : "No endpoint matches"}</h2>
                  <p className="muted">
                    Endpoints come from OpenAPI, GraphQL and gRPC documents, route tables, HAR files, access logs and
                    DAST crawls: <code>muster routes apply FILE --service NAME</code>
                  </p>
                </div>
              ) : (
                <section className="panel" aria-label="Endpoints, by service, pattern and method">
                  <header>
                    <h2>{plural(rows.length, "endpoint", "endpoints")}</h2>
                    <span className="end">by service, pattern and method</span>
                  </header>
                  <div className="scroll-x">
                    <table className="list apis">
                      <thead>
                        <tr>
                          {[
                            "Endpoint",
                            "Gaps",
                            "Documented",
                            "Seen",
                            "Tested",
                            "Login",
                            "Data",
                            "Issues",
                            "Known from",
                          ].map((head) => (
                            <th key={head} scope="col">
                              {head}
                            </th>
                          ))}
                        </tr>
                      </thead>
                      <tbody>
                        {rows.slice(0, shown).map((row) => (
                          <Row key={`${row.service} ${row.method} ${row.pattern}`} row={row} now={now} />
                        ))}
                      </tbody>
                    </table>
                  </div>
                  <ShowMore of={rows.length} shown={shown} step={STEP} onShow={setShown} />
                </section>
              )}
            </>
          );
        }}
      </Asked>
    </div>
  );
}
