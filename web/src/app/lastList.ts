/*
  The list that the reader came from: the issue page gives its place in it and goes to the next one. It lives as long as the
  tab; after a reload the place among all open issues is shown instead.
*/

export interface LastList {
  /** Address of the list. */
  address: string;
  /** What the list is called. */
  label: string;
  ids: string[];
  total: string;
}

let last: LastList | undefined;

export function keepList(list: LastList) {
  last = list;
}

const rows = new Map<string, string>();

/** Keeps the row that had the focus, so that the way back leads to it. */
export const keepRow = (address: string, id: string) => rows.set(address, id);
export const rowOf = (address: string): string | undefined => rows.get(address);

export interface PlaceInList extends LastList {
  /** 1 is first. */
  place: number;
  previous: string | undefined;
  next: string | undefined;
}

export function placeInList(id: string): PlaceInList | undefined {
  const at = last?.ids.indexOf(id) ?? -1;
  if (!last || at < 0) return undefined;
  return { ...last, place: at + 1, previous: last.ids[at - 1], next: last.ids[at + 1] };
}
