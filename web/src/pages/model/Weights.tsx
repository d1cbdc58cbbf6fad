import type { RiskView } from "../../api/risk";
import { signalWord } from "../../format/words";
import { flat } from "./flat";

const ELSEWHERE = new Set(["version", "name", "tables", "signals"]);

/** The numbers of the model, as the file has them. */
export function Weights({ view }: { view: RiskView }) {
  const groups = Object.entries(view.model).filter(([name]) => !ELSEWHERE.has(name));
  return (
    <>
      <p className="lead">
        A score is a sum: a base term, then evidence for and against. Points are tenths of a deciban: 100 make it ten
        times as likely, 30 twice.
      </p>
      <p className="note">In the order of the file.</p>
      {(view.own ?? []).length > 0 && (
        <section className="panel" aria-label="Signals of our own">
          <header>
            <h2>Signals of our own</h2>
          </header>
          <ul className="body model-own">
            {(view.own ?? []).map((each) => (
              <li key={each.fact}>
                {each.fact} <span className="dim">{each.source}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
      <div className="model-groups">
        {groups.map(([name, value]) => (
          <section key={name} className="panel" aria-label={signalWord(name)}>
            <header>
              <h2>{signalWord(name)}</h2>
            </header>
            <dl className="body model-weights">
              {flat(value).map((weight) => (
                <div key={weight.name}>
                  <dt>
                    <code>{weight.name ? `${name}.${weight.name}` : name}</code>
                  </dt>
                  <dd className="n">{weight.value}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </>
  );
}
