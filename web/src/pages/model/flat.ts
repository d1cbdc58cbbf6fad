/** A weight of the model with its place in the file: `reachable.yes`. */
export interface Weight {
  name: string;
  value: string;
}

const MOST = 400;

/** A group of the file as flat lines; lists of plain values stay on one line. Goes level by level, not by recursion. */
export function flat(value: unknown): Weight[] {
  const out: Weight[] = [];
  const stack: [string, unknown][] = [["", value]];
  for (let next = stack.pop(); next && out.length < MOST; next = stack.pop()) {
    const [name, of] = next;
    if (of === null || of === undefined) continue;
    if (typeof of !== "object") {
      out.push({ name, value: String(of) });
      continue;
    }
    const entries = Object.entries(of);
    if (entries.length === 0) continue;
    if (Array.isArray(of) && of.every((each) => typeof each !== "object")) {
      out.push({ name, value: of.join(", ") });
      continue;
    }
    for (const [key, inner] of entries.reverse()) stack.push([name ? `${name}.${key}` : key, inner]);
  }
  return out;
}
