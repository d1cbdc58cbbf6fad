import type { RiskView } from "../../api/risk";
import { signalWord } from "../../format/words";
import { flat } from "./flat";

const ELSEWHERE = new Set(["version", "name", "tables"]);

/** The numbers of the model, as the file has them. */
export function Weights({ view }: { view: RiskView }) {
  const groups = Object.entries(view.model).filter(([name, value]) => !ELSEWHERE.has(name) && flat(value).length > 0);
  return (
    <>
      <p className="lead">
        A score is a sum: a base term, then evidence for and against. Points are tenths of a deciban: 100 make it ten
        times as likely, 30 twice.
      </p>
      <p className="note">In the order of the file.</p>
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
