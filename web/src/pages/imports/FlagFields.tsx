import type { Flags } from "../../api/imports";

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
  flags: Flags;
  onChange: (flags: Flags) => void;
}

/** What is said of all files: the same words as the flags of `muster import`. What a report states need not be said. */
export function FlagFields({ flags, onChange }: Props) {
  const field = ({ name, label, example }: (typeof FIRST)[number]) => (
    <label key={name} className="field">
      <span>{label}</span>
      <input
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
