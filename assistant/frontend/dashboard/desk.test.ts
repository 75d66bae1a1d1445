import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Row } from "../shared/frames";
import { type Desk, EMPTY_DESK, isWaiting, listKey, neighbour, reduceDesk, visibleRows } from "./desk";

function row(id: string, more: Partial<Row> = {}): Row {
  return {
    id,
    state: "assistant",
    pending: "",
    contact: id,
    is_verified: false,
    inbox: "Shop",
    preview: "",
    language: "en",
    reason: "",
    is_mine: false,
    s: 5,
    updated_at: "2026-01-01T10:00:00Z",
    ...more,
  };
}

const COUNTS = { assistant: 4, queued: 2, human: 1, resolved: 3, waiting: 2, mine: 1 };

function withRows(...rows: Row[]): Desk {
  const page = { results: rows, next: null, counts: COUNTS };
  return reduceDesk(EMPTY_DESK, { t: "page", key: listKey("all", ""), page });
}

const ids = (desk: Desk): string[] => visibleRows(desk).map(({ id }) => id);

describe("the list", () => {
  it("shows the latest change first", () => {
    const desk = withRows(row("a"), row("b", { updated_at: "2026-01-01T11:00:00Z" }));
    assert.deepEqual(ids(desk), ["b", "a"]);
  });

  it("shows who waits longest first among those who wait", () => {
    const waits = (id: string, since: string): Row => row(id, { state: "queued", waiting_since: since });
    const desk = withRows(waits("late", "2026-01-01T10:00:00Z"), waits("early", "2026-01-01T09:00:00Z"), row("x"));
    assert.deepEqual(ids(reduceDesk(desk, { t: "filter", filter: "waiting" })), ["early", "late"]);
  });

  it("calls mine only what I answer myself", () => {
    const desk = withRows(row("a", { state: "human", is_mine: true }), row("b", { state: "human" }));
    assert.deepEqual(ids(reduceDesk(desk, { t: "filter", filter: "mine" })), ["a"]);
  });

  it("does not let an old page undo a newer frame", () => {
    const desk = reduceDesk(withRows(row("a", { s: 7, preview: "new" })), { t: "row", row: row("a", { s: 6 }) });
    assert.equal(desk.rows.get("a")?.preview, "new");
  });

  it("shows of a search only what the server found", () => {
    const searched = reduceDesk(withRows(row("a"), row("b")), { t: "query", query: "b" });
    const page = { results: [row("b")], next: null, counts: COUNTS };
    assert.deepEqual(ids(reduceDesk(searched, { t: "page", key: listKey("all", "b"), page })), ["b"]);
  });

  it("is walked with j and k", () => {
    const rows = [row("a"), row("b")];
    assert.equal(neighbour(rows, null, 1)?.id, "a");
    assert.equal(neighbour(rows, "a", 1)?.id, "b");
    assert.equal(neighbour(rows, "b", 1), null);
  });
});

describe("counts", () => {
  it("come from the server and follow the rows that change", () => {
    const desk = withRows(row("a"));
    assert.deepEqual(desk.counts, { all: 10, waiting: 2, mine: 1, assistant: 4, resolved: 3 });
    const taken = reduceDesk(desk, { t: "row", row: row("a", { s: 6, state: "human", is_mine: true }) });
    assert.deepEqual(taken.counts, { all: 10, waiting: 2, mine: 2, assistant: 3, resolved: 3 });
  });

  it("do not guess about a row that was never seen", () => {
    const desk = withRows(row("a"));
    assert.deepEqual(reduceDesk(desk, { t: "row", row: row("new") }).counts, desk.counts);
  });

  it("call it waiting when a person waits for a person, not while the assistant writes", () => {
    const since = { waiting_since: "2026-01-01T10:00:00Z" };
    assert.ok(!isWaiting(row("a", since)));
    assert.ok(isWaiting(row("b", { state: "human", ...since })));
  });
});
