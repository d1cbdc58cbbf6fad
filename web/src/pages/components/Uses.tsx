import { type ReactNode, useState } from "react";
import type { ComponentUse } from "../../api/components";
import { useNow } from "../../app/clock";
import { Known, ServiceName, TeamName } from "../../parts/Names";
import { ShowMore } from "../../parts/ShowMore";
import { When } from "../../parts/When";

const STEP = 200;

function Runs({ use }: { use: ComponentUse }) {
  const names = [...new Set(use.deployments.map(({ environment }) => environment))];
  if (names.length > 0) {
    const same = use.deployments.some(({ same_version }) => same_version);
    return (
      <>
        {names.join(", ")}
        {!same && <span className="dim"> (another version)</span>}
      </>
    );
  }
  if (use.production === "yes") return <>production</>;
  return <Known word={use.production === "no" ? "not in production" : undefined} />;
}

function Through({ use }: { use: ComponentUse }) {
  const chain = use.chain ?? [];
  if (use.direct) return <>direct</>;
  if (chain.length > 0) return <span title={chain.join(" → ")}>by {chain.at(-1)}</span>;
  return use.direct === false ? <>transitive</> : <span className="dim">not said</span>;
}

interface Props<T extends ComponentUse> {
  uses: T[];
  label: string;
  order: string;
  /** More columns, behind the others. */
  more?: { head: string; cell: (use: T) => ReactNode }[];
}

/** Who has a package: a row a place. */
export function Uses<T extends ComponentUse>({ uses, label, order, more = [] }: Props<T>) {
  const now = useNow();
  const [shown, setShown] = useState(STEP);
  return (
    <section className="panel" aria-label={label}>
      <header>
        <h2>{label}</h2>
        <span className="end">{order}</span>
      </header>
      <div className="scroll-x">
        <table className="list">
          <thead>
            <tr>
              {["Service", "Owner", "Runs in", "Version", "Exposed", "Through", "Known since"].map((head) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
              {more.map(({ head }) => (
                <th key={head} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {uses.slice(0, shown).map((use) => (
              <tr key={`${use.target} ${use.ref} ${use.tool} ${use.version} ${use.file ?? ""}`}>
                <th scope="row">
                  {use.services.length === 0 && <span className="warn-t">no service</span>}
                  {use.services.map((name, at) => (
                    <span key={name}>
                      {at > 0 && ", "}
                      <ServiceName name={name} />
                    </span>
                  ))}
                  <span className="use-target">
                    {use.target}
                    {use.ref && `, ${use.ref}`}
                    {use.file && ` · ${use.file}`}
                  </span>
                </th>
                <td data-label="Owner">
                  <TeamName name={use.owner} />
                </td>
                <td data-label="Runs in">
                  <Runs use={use} />
                </td>
                <td data-label="Version">
                  <code>{use.version || "–"}</code>
                </td>
                <td data-label="Exposed">
                  <Known word={use.exposure} />
                </td>
                <td data-label="Through" className="muted">
                  <Through use={use} />
                </td>
                <td data-label="Known since" className="muted">
                  <When at={use.since} now={now} as="date" />
                  {use.until && (
                    <>
                      {" to "}
                      <When at={use.until} now={now} as="date" />
                    </>
                  )}
                </td>
                {more.map(({ head, cell }) => (
                  <td key={head} data-label={head}>
                    {cell(use)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ShowMore of={uses.length} shown={shown} step={STEP} onShow={setShown} />
    </section>
  );
}
