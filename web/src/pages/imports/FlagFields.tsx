import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import type { Flags } from "../../api/imports";
import { formatsQuery } from "../../api/queries";

type TextFlag = Exclude<keyof Flags, "coverage">;

const FIRST: { name: TextFlag; label: string; example: string }[] = [
  { name: "repo", label: "Repository", example: "github.com/acme/shop" },
  { name: "branch", label: "Branch", example: "main" },
  { name: "image", label: "Image", example: "registry.example.com/acme/api:1.4" },
  { name: "url", label: "Address", example: "https://shop.example.com" },
  { name: "service", label: "Service", example: "checkout-api" },
  { name: "app", label: "Application", example: "checkout" },
];

const MORE: typeof FIRST = [
  { name: "env", label: "Environment", example: "production" },
  { name: "commit", label: "Commit", example: "a41d0c7" },
  { name: "target", label: "Target", example: "by name, where nothing else fits" },
  { name: "category", label: "Category", example: "which part, of several runs" },
  { name: "at", label: "When the scan ran", example: "2026-11-20T08:00:00Z" },
  { name: "format", label: "Format", example: "recognised by content if empty" },
];

interface Props {
  /** The file that they are of; none: of all. */
  of?: string;
  flags: Flags;
  onChange: (flags: Flags) => void;
}

/** What is said of all files, or of one: the same words as the flags of `muster import`. What a report states need not be said. */
export function FlagFields({ of, flags, onChange }: Props) {
  const formats = useQuery(formatsQuery).data ?? [];
  const list = useId();
  const field = ({ name, label, example }: (typeof FIRST)[number]) => (
    <label key={name} className="field">
      <span>
        {label}
        {of && <span className="vh"> of {of}</span>}
      </span>
      <input
        {...(name === "format" ? { list } : {})}
        className="input"
        name={name}
        placeholder={example}
        value={flags[name] ?? ""}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange({ ...flags, [name]: event.target.value })}
      />
    </label>
  );
  const set = (coverage: Flags["coverage"]) => {
    const { coverage: _old, ...rest } = flags;
    onChange(coverage ? { ...rest, coverage } : rest);
  };
  return (
    <>
      <div className="flags">{FIRST.map(field)}</div>
      <details className="flags-more">
        <summary>More</summary>
        <div className="flags">{MORE.map(field)}</div>
        <datalist id={list}>
          {formats.map((format) => (
            <option key={format.id} value={format.id}>
              {format.name}
            </option>
          ))}
        </datalist>
        <label className="field flags-coverage">
          <span>Coverage</span>
          <select
            className="input"
            value={flags.coverage ?? ""}
            onChange={(event) =>
              set(event.target.value === "" ? undefined : (event.target.value as "partial" | "complete"))
            }
          >
            <option value="">as the report states it</option>
            <option value="partial">partial: closes nothing</option>
            <option value="complete">complete: what it leaves out is gone</option>
          </select>
        </label>
      </details>
    </>
  );
}
