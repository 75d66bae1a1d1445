import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { MOST_ITEMS, nextToSend, Outbox, type OutboxItem } from "./outbox";

const item = (id: string, kind: OutboxItem["kind"] = "msg"): OutboxItem => ({ id, kind, text: id, at: "" });
const ids = (items: readonly OutboxItem[]): string[] => items.map(({ id }) => id);

describe("what is sent next", () => {
  it("is one message at a time, in order", () => {
    const items = [item("a"), item("b")];
    assert.deepEqual(ids(nextToSend(items, new Set())), ["a"]);
    assert.deepEqual(ids(nextToSend(items, new Set(["a"]))), []);
    assert.deepEqual(ids(nextToSend(items.slice(1), new Set())), ["b"]);
  });

  it("includes a wish for a person, which holds nothing up", () => {
    assert.deepEqual(ids(nextToSend([item("h", "human"), item("a"), item("b")], new Set())), ["h", "a"]);
  });
});

describe("the outbox", () => {
  it("sends again after a new socket what was not confirmed", () => {
    const outbox = new Outbox("t1");
    outbox.add(item("a"));
    outbox.add(item("b"));
    assert.deepEqual(ids(outbox.take()), ["a"]);
    outbox.rewind();
    assert.deepEqual(ids(outbox.take()), ["a"]);
    outbox.remove("a");
    assert.deepEqual(ids(outbox.take()), ["b"]);
  });

  it("outlives the page, also where storage is refused during its life", () => {
    new Outbox("t2").add(item("a"));
    assert.deepEqual(ids(new Outbox("t2").items), ["a"]);
  });

  it("takes fifty and no more", () => {
    const outbox = new Outbox("t3");
    for (let n = 0; n < MOST_ITEMS; n++) outbox.add(item(`${n}`));
    assert.ok(outbox.isFull);
  });
});
