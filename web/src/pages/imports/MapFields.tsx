import { useId, useState } from "react";
import type { GuessRow, SuggestAnswer } from "../../api/mapping";
import { kindWord } from "../../format/words";
import { Icon } from "../../parts/Icon";
import { FIELDS, KINDS } from "./mappingFields";
import { fields, value, withField, withoutField, withValue } from "./mappingText";

interface Props {
  text: string;
  proposed: SuggestAnswer | undefined;
  onChange: (text: string) => void;
}

/** What holds of the whole file: the tool, what its rows are about, where they are. */
function Whole({ text, onChange }: Omit<Props, "proposed">) {
  const set = (key: string) => (to: string) => onChange(withValue(text, key, to));
  const rows = value(text, "rows.at");
  return (
    <div className="flags">
      <label className="field">
        <span>Tool</span>
        <input className="input" value={value(text, "tool")} onChange={(event) => set("tool")(event.target.value)} />
      </label>
      <label className="field">
        <span>Kind</span>
        <select className="input" value={value(text, "kind")} onChange={(event) => set("kind")(event.target.value)}>
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {kindWord(kind)}
            </option>
          ))}
        </select>
      </label>
      {rows !== "" && (
        <label className="field">
          <span>Where the rows are</span>
          <input className="input mono" value={rows} onChange={(event) => set("rows.at")(event.target.value)} />
        </label>
      )}
      <label className="field">
        <span>What it leaves out</span>
        <select
          className="input"
          value={value(text, "complete") || "true"}
          onChange={(event) => set("complete")(event.target.value)}
        >
          <option value="true">is gone: the list is whole</option>
          <option value="false">stays: the list is a part</option>
        </select>
      </label>
    </div>
  );
}

function Why({ guess, from }: { guess: GuessRow | undefined; from: string }) {
  if (!guess || guess.from !== from) return <span className="dim">set by hand</span>;
  return (
    <>
      <span className={guess.sure === "unsure" ? "warn-t" : guess.sure === "sure" ? "ok-t" : ""}>{guess.sure}</span>
      <span className="muted">: {guess.because}</span>
    </>
  );
}

/** The fields of a finding and the columns that they come from. */
export function MapFields({ text, proposed, onChange }: Props) {
  const list = useId();
  const [more, setMore] = useState("");
  const lines = fields(text);
  const used = new Set(lines.map(({ field }) => field));
  const left = FIELDS.filter((field) => !used.has(field));
  const guesses = new Map(proposed?.guesses.map((guess) => [guess.field, guess]));
  const columns = [...new Set([...(proposed?.guesses.map(({ from }) => from) ?? []), ...(proposed?.unused ?? [])])];
  const unused = columns.filter((column) => !lines.some(({ from }) => from.includes(column)));
  return (
    <section className="panel" aria-labelledby="columns">
      <header>
        <h2 id="columns">Which column is what</h2>
        <span className="end">proposed from names and values; in the order of the mapping</span>
      </header>
      <div className="body imp-form">
        <Whole text={text} onChange={onChange} />
        <datalist id={list}>
          {columns.map((column) => (
            <option key={column} value={column} />
          ))}
        </datalist>
        <ul className="map-fields">
          {lines.map(({ field, from, simple }) => {
            const guess = guesses.get(field);
            return (
              <li key={field}>
                <code>{field}</code>
                {simple ? (
                  <input
                    className="input mono"
                    list={list}
                    aria-label={`Column of ${field}`}
                    value={from}
                    onChange={(event) => onChange(withField(text, field, event.target.value))}
                  />
                ) : (
                  <span className="muted">several steps; see the text</span>
                )}
                <span className="xs map-why">
                  <Why guess={guess} from={from} />
                  {guess && guess.from === from && guess.examples.length > 0 && (
                    <span className="dim map-examples">{guess.examples.join(" · ")}</span>
                  )}
                </span>
                <button
                  type="button"
                  className="btn sm ghost icon"
                  aria-label={`Leave out ${field}`}
                  onClick={() => onChange(withoutField(text, field))}
                >
                  <Icon name="close" small />
                </button>
              </li>
            );
          })}
          <li>
            <select
              className="input"
              aria-label="Another field"
              value={more}
              onChange={(event) => setMore(event.target.value)}
            >
              <option value="">another field…</option>
              {left.map((field) => (
                <option key={field}>{field}</option>
              ))}
            </select>
            <input
              className="input mono"
              list={list}
              aria-label="Column of the other field"
              placeholder="column or path"
              disabled={more === ""}
              key={`${more} ${lines.length}`}
              defaultValue=""
              onBlur={(event) => {
                if (!more || !event.target.value.trim()) return;
                onChange(withField(text, more, event.target.value));
                setMore("");
              }}
              onKeyDown={(event) => {
                if (event.key === "Enter") event.currentTarget.blur();
              }}
            />
          </li>
        </ul>
        {unused.length > 0 && (
          <p className="note">
            Given to no field:{" "}
            {unused.map((column) => (
              <code key={column} className="map-unused">
                {column}
              </code>
            ))}
          </p>
        )}
      </div>
    </section>
  );
}
