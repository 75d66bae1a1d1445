import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Done, Msg } from "./frames";
import { countCodePoints, crc32 } from "./text";
import { emptyThread, findRatable, findRunning, positionOf, reduce, type Thread, type ThreadFrame } from "./thread";

const C = "c1";
const AT = "2026-01-01T10:00:00Z";
const HI: ThreadFrame = {
  t: "hi",
  sid: "x",
  c: C,
  e: 1,
  s: 0,
  now: AT,
  hb: 25,
  limits: { text: 4_000, frame: 16_384 },
};
const LIVE: ThreadFrame = { t: "live", c: C };

function run(...frames: ThreadFrame[]): Thread {
  return frames.reduce(reduce, emptyThread());
}

function msg(s: number, text: string, more: Partial<Msg> = {}): Msg {
  return { t: "msg", c: C, s, m: `m${s}`, from: { kind: "contact", name: "" }, text, at: AT, cites: [], ...more };
}

function start(s: number, m = "a"): ThreadFrame {
  return { t: "start", c: C, s, m, re: "r" };
}

function delta(o: number, d: string, m = "a"): ThreadFrame {
  return { t: "delta", c: C, m, o, d };
}

function done(s: number, text: string, more: Partial<Done> = {}): Done {
  const sum = { len: countCodePoints(text), sum: crc32(text) };
  return { t: "done", c: C, s, m: "a", why: "complete", at: AT, cites: [], ...sum, ...more };
}

function texts(thread: Thread): string[] {
  return thread.entries.map((entry) => entry.text);
}

describe("durable frames", () => {
  it("are shown in order, each once", () => {
    const thread = run(HI, msg(1, "one"), msg(2, "two"), msg(1, "one"), msg(2, "two"));
    assert.deepEqual(texts(thread), ["one", "two"]);
    assert.equal(thread.s, 2);
  });

  it("bring an own message back as it was stored", () => {
    const say: ThreadFrame = { t: "say", id: "i1", text: "my PIN is 4821", at: AT };
    const ack: ThreadFrame = { t: "ack", id: "i1", c: C, m: "m1", s: 1, dup: false };
    const before = run(HI, LIVE, say, ack);
    assert.deepEqual(texts(before), ["my PIN is 4821"]);
    const after = reduce(before, msg(1, "my PIN is ••••", { re: "i1" }));
    assert.deepEqual(texts(after), ["my PIN is ••••"]);
    assert.equal(after.s, 1);
  });

  it("that jump ask for a reconnect from the last one that was seen", () => {
    const thread = run(HI, msg(1, "one"), msg(3, "three"));
    assert.equal(thread.fault, "gap");
    assert.deepEqual(positionOf(thread), { c: C, e: 1, s: 1 });
    assert.deepEqual(texts(thread), ["one"]);
  });

  it("that jump again at the same place are taken, so that nothing loops", () => {
    const thread = run(HI, msg(1, "one"), msg(3, "three"), HI, msg(3, "three"), LIVE);
    assert.equal(thread.fault, null);
    assert.deepEqual(texts(thread), ["one", "three"]);
  });

  it("missing at the end of the replay are noticed", () => {
    assert.equal(run({ ...HI, s: 2 }, msg(1, "one"), LIVE).fault, "gap");
  });

  it("of another conversation begin a new thread", () => {
    assert.deepEqual(texts(run(HI, msg(1, "old"), { ...HI, c: "c2" })), []);
  });
});

describe("an answer", () => {
  it("grows by offsets in code points", () => {
    const thread = run(HI, start(1), delta(0, "a👋"), delta(2, "ü"), done(2, "a👋ü"));
    assert.deepEqual(texts(thread), ["a👋ü"]);
    assert.equal(findRunning(thread), null);
    assert.equal(thread.fault, null);
  });

  it("with a wrong offset asks for a reconnect from before its start, and stays in sight until then", () => {
    const thread = run(HI, start(1), delta(0, "abc"), delta(5, "x"));
    assert.equal(thread.fault, "offset");
    const back = reduce(thread, { t: "rewind" });
    assert.deepEqual(positionOf(back), { c: C, e: 1, s: 0 });
    const again = [HI, start(1)].reduce(reduce, back);
    assert.deepEqual(texts(again), ["abc"]);
    assert.deepEqual(texts([delta(0, "abcd"), delta(4, "e")].reduce(reduce, again)), ["abcde"]);
  });

  it("is replaced by a draft and goes on from its end", () => {
    const draft: ThreadFrame = { t: "draft", c: C, m: "a", o: 0, d: "hello " };
    assert.deepEqual(texts(run(HI, start(1), delta(0, "xx"), draft, delta(6, "you"))), ["hello you"]);
  });

  it("that does not match its checksum is asked for from before its start", () => {
    const thread = run(HI, msg(1, "q"), start(2), delta(0, "abc"), done(3, "abd"));
    assert.equal(thread.fault, "sum");
    assert.deepEqual(positionOf(thread), { c: C, e: 1, s: 1 });
    assert.deepEqual(texts(thread), ["q"]);
  });

  it("that mismatches twice is shown all the same", () => {
    const once = run(HI, start(1), delta(0, "abc"), done(2, "abd"));
    const twice = [HI, start(1), delta(0, "abc"), done(2, "abd")].reduce(reduce, once);
    assert.equal(twice.fault, null);
    assert.deepEqual(texts(twice), ["abc"]);
  });

  it("that was superseded is dropped", () => {
    assert.deepEqual(texts(run(HI, start(1), delta(0, "abc"), done(2, "", { why: "superseded" }))), []);
  });

  it("that was stopped keeps what was said, and says so", () => {
    const [entry] = run(HI, start(1), delta(0, "abc"), done(2, "abc", { why: "stopped" })).entries;
    assert.equal(entry?.why, "stopped");
  });

  it("stands where it began, even when the contact writes meanwhile", () => {
    assert.deepEqual(texts(run(HI, start(1), delta(0, "a"), msg(2, "more"), delta(1, "b"))), ["ab", "more"]);
  });

  it("that ends without a word is dropped", () => {
    assert.deepEqual(texts(run(HI, start(1), delta(0, "abc"), done(2, "", { why: "failed" }))), []);
  });
});

describe("a visitor's first message", () => {
  it("can be sent at once: without a conversation nothing is replayed", () => {
    const { c: _, ...first } = HI as Extract<ThreadFrame, { t: "hi" }>;
    assert.ok(run(first).isLive);
  });
});

describe("own messages", () => {
  const say: ThreadFrame = { t: "say", id: "i1", text: "hello", at: AT };
  const ack: ThreadFrame = { t: "ack", id: "i1", c: C, m: "m1", s: 1, dup: false };

  it("wait as pending and become entries by their ack alone", () => {
    const before = run(HI, LIVE, say);
    assert.equal(before.pending.length, 1);
    const after = reduce(before, ack);
    assert.deepEqual([after.pending.length, texts(after), after.s], [0, ["hello"], 1]);
    assert.ok(after.isAwaiting);
  });

  it("are shown once when both ack and message arrive, in either order", () => {
    const echo = msg(1, "hello", { re: "i1" });
    assert.deepEqual(texts(run(HI, LIVE, say, ack, echo)), ["hello"]);
    assert.deepEqual(texts(run(HI, LIVE, say, echo, { ...ack, dup: true })), ["hello"]);
  });

  it("are recognised in the replay after a reload", () => {
    const thread = run(say, { ...HI, s: 1 }, msg(1, "hello", { re: "i1" }), LIVE);
    assert.deepEqual([texts(thread), thread.pending.length], [["hello"], 0]);
  });

  it("wait for what came before them", () => {
    const thread = run(HI, LIVE, say, { ...ack, s: 2, m: "m2" });
    assert.deepEqual([texts(thread), thread.fault], [[], null]);
    assert.deepEqual(texts(reduce(thread, msg(1, "first", { from: { kind: "agent", name: "Anna" } }))), [
      "first",
      "hello",
    ]);
  });

  it("that were refused say why, and can be forgotten", () => {
    const refused = run(HI, LIVE, say, { t: "refused", id: "i1", code: "quota" });
    assert.equal(refused.pending[0]?.failed, "quota");
    assert.equal(reduce(refused, { t: "forget", id: "i1" }).pending.length, 0);
  });

  it("survive a resync", () => {
    const thread = run(HI, msg(1, "old"), LIVE, say, { t: "resync", c: C, e: 2, s: 4, why: "epoch" });
    assert.deepEqual([texts(thread), thread.pending.length, thread.s, thread.e], [[], 1, 0, 2]);
  });
});

describe("the owner", () => {
  it("and the place in the queue are known, and end the waiting", () => {
    const queued: ThreadFrame = { t: "state", c: C, s: 2, state: "queued", pos: 3 };
    const waiting = run(HI, msg(1, "a person, please"), queued);
    assert.deepEqual([waiting.state, waiting.position, waiting.isAwaiting], ["queued", 3, false]);
    const joined = reduce(waiting, { t: "state", c: C, s: 3, state: "human", agent: "Anna" });
    assert.deepEqual([joined.state, joined.position, joined.agent], ["human", null, "Anna"]);
  });
});

describe("a rating", () => {
  const sourced: Partial<Done> = { cites: [{ n: 1, title: "Fees", url: "https://example.org/fees" }] };
  const answered: ThreadFrame[] = [HI, LIVE, msg(1, "fee?"), start(2), delta(0, "£4."), done(3, "£4.", sourced)];
  const refused: ThreadFrame = { t: "error", code: "not_found", text: "", re: "a", fatal: false };

  it("is asked for below the latest whole answer that names its sources", () => {
    assert.equal(findRatable(run(...answered))?.m, "a");
    assert.equal(findRatable(run(...answered, msg(4, "thanks")))?.m, "a");
  });

  it("is not asked for while an answer is written, nor for what has no source, was stopped or was said by people", () => {
    assert.equal(findRatable(run(HI, start(1), delta(0, "£4."))), null);
    assert.equal(findRatable(run(HI, start(1), delta(0, "I do not know."), done(2, "I do not know."))), null);
    const stopped = done(2, "£4", { ...sourced, why: "stopped" });
    assert.equal(findRatable(run(HI, start(1), delta(0, "£4"), stopped)), null);
    assert.equal(findRatable(run(...answered, msg(4, "Hello!", { from: { kind: "agent", name: "Anna" } }))), null);
  });

  it("is what was said last", () => {
    const up = run(...answered, { t: "rate", m: "a", v: "up" });
    assert.deepEqual(up.rating, { m: "a", v: "up" });
    assert.deepEqual(reduce(up, { t: "rate", m: "a", v: "down" }).rating, { m: "a", v: "down" });
  });

  it("that is refused was not given; other errors leave it", () => {
    const rated = run(...answered, { t: "rate", m: "a", v: "up" });
    assert.equal(reduce(rated, refused).rating, null);
    assert.deepEqual(reduce(rated, { ...refused, re: "i1" }).rating, { m: "a", v: "up" });
  });

  it("goes with the conversation", () => {
    const rated = run(...answered, { t: "rate", m: "a", v: "up" });
    assert.equal(reduce(rated, { t: "resync", c: "c2", e: 1, s: 0, why: "a new conversation" }).rating, null);
  });
});
