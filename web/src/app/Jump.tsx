import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useId, useState } from "react";
import { applicationsQuery, inventoryQuery, teamsQuery } from "../api/queries";
import { Window } from "../parts/Window";
import { type Entry, found } from "./jump";
import type { Place } from "./places";
import { applicationAddress, navigate, serviceAddress, teamAddress } from "./router";
import "./jump.css";

/** All that can be gone to by its name. */
function useEntries(places: Place[], open: boolean): Entry[] {
  const { data: applications } = useQuery({ ...applicationsQuery, enabled: open });
  const { data: teams } = useQuery({ ...teamsQuery, enabled: open });
  const { data: inventory } = useQuery({ ...inventoryQuery, enabled: open });
  return [
    ...places.map(({ label, to, key }) => ({ label, what: `G ${key.toUpperCase()}`, to })),
    { label: "Import files", what: "page", to: "/imports/new" },
    { label: "What would another model move", what: "page", to: "/settings/model?tab=change" },
    ...(applications ?? []).map(({ name }) => ({ label: name, what: "application", to: applicationAddress(name) })),
    ...(inventory?.services ?? []).map(({ name }) => ({ label: name, what: "service", to: serviceAddress(name) })),
    ...(teams ?? []).map(({ team }) => ({ label: team.name, what: "team", to: teamAddress(team.name) })),
  ];
}

/** Search or jump: pages, applications, services and teams by name, issues and vulnerabilities by id, anything else in the queue. */
export function Jump({ places, open, onClose }: { places: Place[]; open: boolean; onClose: () => void }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const id = useId();
  const entries = found(useEntries(places, open), text);
  const chosen = Math.min(at, entries.length - 1);
  useEffect(() => {
    if (open) {
      setText("");
      setAt(0);
    }
  }, [open]);
  const go = (entry: Entry | undefined) => {
    if (!entry) return;
    onClose();
    navigate(entry.to);
  };
  const keyDown = (event: KeyboardEvent) => {
    if (event.key === "ArrowDown") setAt((chosen + 1) % Math.max(1, entries.length));
    else if (event.key === "ArrowUp") setAt((chosen - 1 + entries.length) % Math.max(1, entries.length));
    else if (event.key === "Enter") go(entries[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <Window open={open} title="Search or jump" onClose={onClose}>
      <input
        className="input"
        role="combobox"
        aria-label="Search or jump to"
        aria-expanded={entries.length > 0}
        aria-controls={id}
        aria-activedescendant={entries.length > 0 ? `${id}-${chosen}` : undefined}
        // biome-ignore lint/a11y/noAutofocus: a dialog begins at its only field
        autoFocus
        value={text}
        spellCheck={false}
        autoComplete="off"
        placeholder="a page, service, team, CVE or issue"
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={keyDown}
      />
      {/* The keys are those of the combobox, which keeps the focus (APG). */}
      <div className="jump-list" role="listbox" id={id} aria-label="Where to">
        {entries.map((entry, i) => (
          <div
            key={`${entry.what} ${entry.to}`}
            id={`${id}-${i}`}
            role="option"
            aria-selected={i === chosen}
            className="menu-item"
            onPointerDown={(event) => {
              event.preventDefault();
              go(entry);
            }}
            onPointerMove={() => setAt(i)}
          >
            <span className="ell">{entry.label}</span>
            <span className="hint">{entry.what}</span>
          </div>
        ))}
      </div>
    </Window>
  );
}
