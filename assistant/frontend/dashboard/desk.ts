/** What the dashboard knows of all conversations, and how it changes. Pure: no clock, no network, no DOM. */
import type { Row } from "../shared/frames";
import { FILTERS, type Filter, type RowPage } from "./types";

export type Counts = Readonly<Record<Filter, number>>;

/** How far a list was loaded; `next` is null at its end and undefined before its first page. */
export interface Loaded {
  next: string | null | undefined;
  isLoading: boolean;
  error: string | null;
  /** Only for searches: what the server found, in its order. */
  ids: readonly string[];
}

export interface Desk {
  rows: ReadonlyMap<string, Row>;
  filter: Filter;
  query: string;
  lists: Readonly<Record<string, Loaded>>;
  /** From the server, kept up to date by the rows that change; null before its first answer. */
  counts: Counts | null;
}

export type DeskAction =
  | { t: "row"; row: Row }
  | { t: "loading"; key: string }
  | { t: "page"; key: string; page: RowPage }
  | { t: "counts"; page: RowPage }
  | { t: "failed"; key: string; code: string }
  | { t: "stale" }
  | { t: "filter"; filter: Filter }
  | { t: "query"; query: string };

const NOT_LOADED: Loaded = { next: undefined, isLoading: false, error: null, ids: [] };

export const EMPTY_DESK: Desk = { rows: new Map(), filter: "all", query: "", lists: {}, counts: null };

export function reduceDesk(desk: Desk, action: DeskAction): Desk {
  switch (action.t) {
    case "row":
      return { ...desk, rows: withRows(desk.rows, [action.row]), counts: recount(desk, action.row) };
    case "loading":
      return withList(desk, action.key, { isLoading: true, error: null });
    case "failed":
      return withList(desk, action.key, { isLoading: false, error: action.code });
    case "page":
      return takePage(desk, action.key, action.page);
    case "counts":
      return { ...desk, rows: withRows(desk.rows, action.page.results), counts: countsOf(action.page) };
    case "stale":
      return { ...desk, lists: {} };
    case "filter":
      return { ...desk, filter: action.filter };
    case "query":
      return { ...desk, query: action.query };
  }
}

/** The name under which the list in view is kept. */
export function listKey(filter: Filter, query: string): string {
  return `${filter} ${query}`;
}

export function currentList(desk: Desk): Loaded {
  return desk.lists[listKey(desk.filter, desk.query)] ?? NOT_LOADED;
}

/** The conversations in view: who waits longest first where people wait, else the latest change first. */
export function visibleRows(desk: Desk): Row[] {
  const all = desk.query ? currentList(desk).ids.flatMap((id) => desk.rows.get(id) ?? []) : [...desk.rows.values()];
  const rows = all.filter((row) => belongs(row, desk.filter));
  return rows.sort(desk.filter === "waiting" ? byWaiting : byChange);
}

export function belongs(row: Row, filter: Filter): boolean {
  if (filter === "all") return true;
  if (filter === "waiting") return isWaiting(row);
  return filter === "mine" ? row.state === "human" && row.is_mine : row.state === filter;
}

/** A person waits for a person; the moment in which the assistant writes is no waiting. */
export function isWaiting(row: Row): boolean {
  return row.state === "queued" || (row.state === "human" && !!row.waiting_since);
}

/** The row `step` places from `id` in the list in view; its first when `id` is not there. */
export function neighbour(rows: readonly Row[], id: string | null, step: 1 | -1): Row | null {
  const at = rows.findIndex((row) => row.id === id);
  return (at === -1 ? rows[0] : rows[at + step]) ?? null;
}

function takePage(desk: Desk, key: string, page: RowPage): Desk {
  const before = desk.lists[key]?.ids ?? [];
  const ids = [...new Set([...before, ...page.results.map((row) => row.id)])];
  const rows = withRows(desk.rows, page.results);
  return withList({ ...desk, rows, counts: countsOf(page) }, key, {
    next: page.next,
    isLoading: false,
    error: null,
    ids,
  });
}

/** A row of the list may be older than a frame that came meanwhile; the higher sequence wins. */
function withRows(rows: ReadonlyMap<string, Row>, fresh: readonly Row[]): ReadonlyMap<string, Row> {
  const next = new Map(rows);
  for (const row of fresh) {
    const known = rows.get(row.id);
    if (!known || known.s < row.s || (known.s === row.s && known.updated_at <= row.updated_at)) next.set(row.id, row);
  }
  return next;
}

function countsOf({ counts }: RowPage): Counts {
  const { assistant, queued, human, resolved, waiting, mine } = counts;
  return { all: assistant + queued + human + resolved, waiting, mine, assistant, resolved };
}

/** Counts after a row changed. Of a row that we never saw nobody here can tell; the client asks the server then. */
function recount({ counts, rows }: Desk, row: Row): Counts | null {
  const before = rows.get(row.id);
  if (!counts || !before) return counts;
  const next = { ...counts };
  for (const filter of FILTERS) next[filter] += Number(belongs(row, filter)) - Number(belongs(before, filter));
  return next;
}

function withList(desk: Desk, key: string, change: Partial<Loaded>): Desk {
  return { ...desk, lists: { ...desk.lists, [key]: { ...(desk.lists[key] ?? NOT_LOADED), ...change } } };
}

function byWaiting(a: Row, b: Row): number {
  return Date.parse(a.waiting_since ?? a.updated_at) - Date.parse(b.waiting_since ?? b.updated_at);
}

function byChange(a: Row, b: Row): number {
  return Date.parse(b.updated_at) - Date.parse(a.updated_at);
}
