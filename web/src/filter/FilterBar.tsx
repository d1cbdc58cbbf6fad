import { type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from "react";
import type { Facets } from "../api/types";
import { count } from "../format/number";
import { Icon } from "../parts/Icon";
import { parse, type Term, tidy } from "./parse";
import { type Suggestion, suggest } from "./suggest";
import "./filter.css";

interface Props {
  value: string;
  onApply: (text: string) => void;
  facets: Facets | undefined;
  input: RefObject<HTMLInputElement | null>;
}

/** The same text behind the input, with each term on its own ground and wrong ones underlined. */
function Terms({ text, left, wrong }: { text: string; left: number; wrong: number[] }) {
  const parts = [];
  let at = 0;
  for (const term of parse(text)) {
    parts.push(text.slice(at, term.start));
    const look = wrong.includes(term.start) ? "term is-wrong" : term.field ? "term" : "";
    parts.push(
      <span key={term.start} className={look}>
        {term.text}
      </span>,
    );
    at = term.end;
  }
  return (
    <div className="filter-terms" aria-hidden="true">
      <div style={{ transform: `translateX(${-left}px)` }}>{parts}</div>
    </div>
  );
}

/** One line of text with a menu that completes fields, then values with counts. Enter applies it. */
export function FilterBar({ value, onApply, facets, input }: Props) {
  const [text, setText] = useState(value);
  const [caret, setCaret] = useState(0);
  const [left, setLeft] = useState(0);
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState(-1);
  const next = useRef<number | undefined>(undefined);
  const id = useId();

  useEffect(() => setText(value), [value]);
  useEffect(() => {
    // After a suggestion the caret stands behind it.
    if (next.current === undefined) return;
    input.current?.setSelectionRange(next.current, next.current);
    next.current = undefined;
  });

  const entries = open ? suggest(text, caret, facets) : [];
  // A field whose value is still to be written has not gone wrong yet.
  const writing = (term: Term) => open && term.value === "" && term.end === caret;
  const problems = parse(text).filter((term) => term.problem && !writing(term));
  const apply = (filter: string) => {
    setOpen(false);
    setChosen(-1);
    setText(tidy(filter));
    if (tidy(filter) !== tidy(value)) onApply(tidy(filter));
  };
  const take = (entry: Suggestion) => {
    setText(entry.text);
    setCaret(entry.caret);
    setChosen(-1);
    next.current = entry.caret;
    if (entry.complete) {
      onApply(tidy(entry.text));
      setOpen(false);
    }
  };
  const track = () => {
    setCaret(input.current?.selectionStart ?? 0);
    setLeft(input.current?.scrollLeft ?? 0);
  };

  const keyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const entry = entries[chosen];
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setOpen(true);
      const step = event.key === "ArrowDown" ? 1 : -1;
      const most = Math.max(entries.length, 1);
      setChosen((now) => (now + step + most + (now < 0 && step < 0 ? 1 : 0)) % most);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (entry) take(entry);
      else apply(text);
    } else if (event.key === "Tab" && entry && !event.shiftKey) {
      event.preventDefault();
      take(entry);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      if (open && entries.length > 0) setOpen(false);
      else input.current?.blur();
    }
  };

  return (
    <search className="filter">
      <div className="filter-in">
        <Icon name="filter" small />
        <div className="filter-text">
          <Terms text={text} left={left} wrong={problems.map((term) => term.start)} />
          <input
            ref={input}
            role="combobox"
            aria-label="Filter issues"
            aria-expanded={entries.length > 0}
            aria-controls={`${id}-menu`}
            aria-autocomplete="list"
            aria-activedescendant={chosen >= 0 ? `${id}-${chosen}` : undefined}
            aria-describedby={problems.length > 0 ? `${id}-problems` : undefined}
            aria-invalid={problems.length > 0}
            placeholder="Filter: team, app, kind, kev, cve, path…"
            spellCheck={false}
            autoComplete="off"
            autoCapitalize="off"
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setOpen(true);
              setChosen(-1);
              track();
            }}
            onSelect={track}
            onScroll={track}
            onFocus={() => setOpen(true)}
            onBlur={() => apply(text)}
            onKeyDown={keyDown}
          />
        </div>
        {text ? (
          <button type="button" className="btn sm ghost icon" aria-label="Clear the filter" onClick={() => apply("")}>
            <Icon name="close" small />
          </button>
        ) : (
          <kbd className="no-phone">/</kbd>
        )}
      </div>
      {problems.length > 0 && (
        <p id={`${id}-problems`} className="filter-problem">
          {problems.map((term) => `${term.problem}${term.problem?.endsWith("?") ? "" : "."}`).join(" ")} The rest still filters.
        </p>
      )}
      <div className="filter-menu menu" hidden={entries.length === 0}>
        <ul id={`${id}-menu`} role="listbox" aria-label="Completions">
          {entries.map((entry, place) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: keys are the input's, the focus stays there
            <li
              key={entry.label}
              id={`${id}-${place}`}
              role="option"
              tabIndex={-1}
              aria-selected={place === chosen}
              className="menu-item"
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(entry)}
            >
              <code>{entry.label}</code>
              <span className="hint">{entry.count === undefined ? entry.hint : count(entry.count)}</span>
            </li>
          ))}
        </ul>
      </div>
    </search>
  );
}
