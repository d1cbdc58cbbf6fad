/*
  A mapping as text, and the parts of it that a form can show. The text is the one truth: the form reads it and writes into
  it line by line, so that what the form does not know (steps, conditions, comments) stays as it is.
*/

/** A field and where it comes from. `simple` is false for what stands on several lines: only the text can change that. */
export interface FieldLine {
  field: string;
  from: string;
  simple: boolean;
}

const TOP = /^([a-z_]+):(.*)$/;
const INNER = /^ {2}([\w.]+):(.*)$/;

/** A value without the comment behind it; two spaces part them, as a column may hold a `#`. */
const bare = (text: string): string => text.replace(/\s{2,}#.*$|^\s*#.*$/, "").trim();

/** Reads what stands in quotes, if it does. */
function unquoted(text: string): string {
  if (/^".*"$/.test(text)) {
    try {
      return String(JSON.parse(text));
    } catch {
      return text.slice(1, -1);
    }
  }
  if (/^'.*'$/.test(text)) return text.slice(1, -1).replaceAll("''", "'");
  return text;
}

const PLAIN = /^[A-Za-z_^$.][\w .$^/[\]()%-]*$/;
const WORDS_OF_YAML = /^(true|false|yes|no|on|off|null|~)$/i;
const FLOW = /^[[{].*[\]}]$/s;

/** Writes a value so that YAML reads it as text; what is an expression in brackets stays one. */
export function quoted(value: string): string {
  const text = value.trim();
  if (FLOW.test(text)) return text;
  return PLAIN.test(text) && !WORDS_OF_YAML.test(text) ? text : JSON.stringify(text);
}

/** Line numbers of the block under a key at the top: from the first line in it to the one behind its last. */
function block(lines: string[], key: string): [number, number] | undefined {
  const head = lines.findIndex((line) => TOP.exec(line)?.[1] === key);
  if (head < 0) return undefined;
  let end = head + 1;
  while (end < lines.length && /^(\s|#|$)/.test(lines[end] ?? "")) end += 1;
  // Comments and empty lines behind the last of it belong to what follows.
  while (end > head + 1 && /^(#|\s*$)/.test(lines[end - 1] ?? "")) end -= 1;
  return [head + 1, end];
}

function innerLines(lines: string[], key: string): { name: string; value: string; at: number; deep: boolean }[] {
  const [from, to] = block(lines, key) ?? [0, 0];
  const found: { name: string; value: string; at: number; deep: boolean }[] = [];
  for (let at = from; at < to; at += 1) {
    const line = lines[at] ?? "";
    const [, name, rest] = INNER.exec(line) ?? [];
    if (name !== undefined && rest !== undefined) found.push({ name, value: bare(rest), at, deep: false });
    else if (/^ {3,}\S/.test(line)) {
      const last = found.at(-1);
      if (last) last.deep = true;
    }
  }
  return found;
}

export function fields(text: string): FieldLine[] {
  return innerLines(text.split("\n"), "fields").map(({ name, value, deep }) => ({
    field: name,
    from: unquoted(value),
    simple: !deep && value !== "",
  }));
}

/** `rows.at` to `rows` and `at`; a field's own name may have dots. */
function parts(key: string): [string, string | undefined] {
  const dot = key.indexOf(".");
  return dot < 0 ? [key, undefined] : [key.slice(0, dot), key.slice(dot + 1)];
}

/** A value at the top, or inside of `rows` as `rows.at`. */
export function value(text: string, key: string): string {
  const lines = text.split("\n");
  const [outer, inner] = parts(key);
  if (inner) return unquoted(innerLines(lines, outer).find(({ name }) => name === inner)?.value ?? "");
  const line = lines.find((each) => TOP.exec(each)?.[1] === key);
  return unquoted(bare(TOP.exec(line ?? "")?.[2] ?? ""));
}

/** The text with that value; a key that is missing is added. */
export function withValue(text: string, key: string, to: string): string {
  const lines = text.split("\n");
  const [outer, inner] = parts(key);
  const written = to === "true" || to === "false" ? to : quoted(to);
  if (inner) {
    const there = innerLines(lines, outer).find(({ name }) => name === inner);
    const end = block(lines, outer)?.[1];
    if (there) lines[there.at] = `  ${inner}: ${written}`;
    else if (end !== undefined) lines.splice(end, 0, `  ${inner}: ${written}`);
    return lines.join("\n");
  }
  const at = lines.findIndex((each) => TOP.exec(each)?.[1] === key);
  if (at >= 0) lines[at] = `${key}: ${written}`;
  else lines.push(`${key}: ${written}`);
  return lines.join("\n");
}

/** The text with a field taken from there. */
export const withField = (text: string, field: string, from: string): string =>
  withValue(text, `fields.${field}`, from);

/** The text without a field. */
export function withoutField(text: string, field: string): string {
  const lines = text.split("\n");
  const there = innerLines(lines, "fields").find(({ name }) => name === field);
  if (!there) return text;
  let end = there.at + 1;
  while (/^ {3,}\S/.test(lines[end] ?? "")) end += 1;
  lines.splice(there.at, end - there.at);
  return lines.join("\n");
}
