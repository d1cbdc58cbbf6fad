import { useQuery } from "@tanstack/react-query";
import type { RiskView } from "../../api/risk";
import { riskQuery } from "../../api/queries";
import { useNow } from "../../app/clock";
import { Link, useAddress } from "../../app/router";
import { useTitle } from "../../app/title";
import { plural } from "../../format/number";
import { Asked } from "../../parts/State";
import { When } from "../../parts/When";
import { Tables } from "./Tables";
import { TryModel } from "./TryModel";
import { Weights } from "./Weights";
import "./model.css";

const TABS = [
  ["weights", "Weights"],
  ["tables", "Decision tables"],
  ["versions", "Versions"],
  ["change", "What would move"],
] as const;

function Versions({ view }: { view: RiskView }) {
  const now = useNow();
  return (
    <section className="panel" aria-label="Versions, the newest first">
      <header>
        <h2>{plural(view.versions.length, "version", "versions")}</h2>
        <span className="end">the newest first; each holds until the next</span>
      </header>
      <div className="scroll-x">
        <table className="list">
          <thead>
            <tr>
              {["Version", "Name", "Since", "By", "File", "Hash"].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {[...view.versions].reverse().map((version) => (
              <tr key={version.number ?? version.hash}>
                <th scope="row" className="n">
                  {version.number ?? "–"}
                </th>
                <td data-label="Name">{version.name}</td>
                <td data-label="Since">
                  {version.since ? <When at={version.since} now={now} /> : <span className="muted">the beginning</span>}
                </td>
                <td data-label="By" className="muted">
                  {version.by || "–"}
                </td>
                <td data-label="File">
                  <code>{version.file || "–"}</code>
                </td>
                <td data-label="Hash">
                  <code>{version.hash.slice(0, 12)}</code>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

/** By which numbers is ranked, and what would move under others? */
export default function ModelPage() {
  useTitle("Model");
  const { search } = useAddress();
  const tab = TABS.find(([id]) => id === search.get("tab"))?.[0] ?? "weights";
  const now = useNow();
  const query = useQuery(riskQuery);
  return (
    <div className="page stack">
      <header className="page-head">
        <h1>Risk model</h1>
        {query.data && (
          <span className="muted">
            {query.data.name}
            {query.data.number !== undefined && `, version ${query.data.number}`}
            {query.data.since && (
              <>
                , since <When at={query.data.since} now={now} />
              </>
            )}
          </span>
        )}
      </header>
      <nav className="tabs" aria-label="Parts">
        {TABS.map(([id, label]) => (
          <Link
            key={id}
            to={id === "weights" ? "/settings/model" : `/settings/model?tab=${id}`}
            aria-current={tab === id ? "page" : undefined}
          >
            {label}
          </Link>
        ))}
      </nav>
      <Asked query={query} what="The model could not be read">
        {(view) => (
          <>
            {view.shipped && (
              <p className="note">
                {view.ranked_by_older
                  ? `The queue is as an older Muster ranked it; the next look at it ranks it by ${view.shipped.name}.`
                  : `This Muster ships ${view.shipped.name}.`}{" "}
                {!view.ranked_by_older && <code>muster risk apply --shipped</code>}
                {!view.ranked_by_older && " puts it in force."}
              </p>
            )}
            {tab === "weights" && <Weights view={view} />}
            {tab === "tables" && <Tables tables={view.tables} />}
            {tab === "versions" && <Versions view={view} />}
            {tab === "change" && <TryModel key={view.hash} view={view} />}
          </>
        )}
      </Asked>
    </div>
  );
}
