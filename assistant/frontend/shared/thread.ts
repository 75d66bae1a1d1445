/**
 * What a client knows of one conversation, and how each frame changes it. Pure: no clock, no socket, no DOM.
 *
 * Durable frames carry a dense `s`: what is not above the last one was seen, a jump means that something is missing.
 * A `fault` asks the connection to rewind and come back with `positionOf(thread)`; until then nothing is taken in.
 * A fault that repeats at the same place is let pass, so that a server that skips numbers cannot make a loop.
 */
import type {
  Author,
  Cite,
  Done,
  ErrorFrame,
  Msg,
  Position,
  Rate,
  Start,
  StateFrame,
  WidgetServerFrame,
} from "./frames";
import { countCodePoints, crc32 } from "./text";

export type ConversationState = StateFrame["state"];

export interface Utterance {
  s: number;
  m: string;
  from: Author;
  text: string;
  /** Code points of `text` that the server sent; less than it has while a restarted answer is shown as it was. */
  length: number;
  at: string;
  cites: Cite[];
  isStreaming: boolean;
  why: Done["why"] | null;
}

/** What this client said and the server has not confirmed in order yet. */
export interface Pending {
  id: string;
  from: Author;
  text: string;
  at: string;
  /** Error code when the server refused it for good. */
  failed: string | null;
  stored: { m: string; s: number } | null;
}

export interface Thread {
  c: string | null;
  e: number;
  /** Last durable sequence taken in. */
  s: number;
  /** Highest sequence the server had at `hi`. */
  top: number;
  isLive: boolean;
  entries: readonly Utterance[];
  pending: readonly Pending[];
  state: ConversationState;
  position: number | null;
  agent: string | null;
  typing: string | null;
  /** The contact spoke last and the assistant owes an answer. */
  isAwaiting: boolean;
  /** What the contact said of an answer, until the server refuses to take it. */
  rating: Pick<Rate, "m" | "v"> | null;
  fault: "gap" | "offset" | "sum" | null;
  /** Where a fault already happened: sequence, or answer. */
  doubted: number | string | null;
}

export type LocalFrame =
  | { t: "say"; id: string; text: string; at: string; from?: Author }
  | { t: "refused"; id: string; code: string }
  | { t: "forget"; id: string }
  | Rate
  | { t: "rewind" };

export type ThreadFrame = WidgetServerFrame | LocalFrame;

export function emptyThread(c: string | null = null): Thread {
  return {
    c,
    e: 1,
    s: 0,
    top: 0,
    isLive: false,
    entries: [],
    pending: [],
    state: "assistant",
    position: null,
    agent: null,
    typing: null,
    isAwaiting: false,
    rating: null,
    fault: null,
    doubted: null,
  };
}

export function reduce(thread: Thread, frame: ThreadFrame): Thread {
  switch (frame.t) {
    case "rewind":
      return rewind(thread);
    case "hi": {
      const c = frame.c ?? null;
      const isSame = thread.c === null || (thread.c === c && thread.e === frame.e);
      return { ...(isSame ? thread : cleared(thread)), c, e: frame.e, top: frame.s, isLive: c === null, fault: null };
    }
    case "resync":
      return { ...cleared(thread), c: frame.c ?? null, e: frame.e, top: frame.s };
    case "say":
      return { ...thread, pending: [...thread.pending, makePending(frame)] };
    case "refused":
      return {
        ...thread,
        isAwaiting: false,
        pending: thread.pending.map((item) => (item.id === frame.id ? { ...item, failed: frame.code } : item)),
      };
    case "forget":
      return { ...thread, pending: thread.pending.filter((item) => item.id !== frame.id) };
    case "rate":
      return { ...thread, rating: { m: frame.m, v: frame.v } };
    case "error":
      return isOfRating(thread, frame) ? { ...thread, rating: null } : { ...thread, isAwaiting: false };
  }
  return thread.fault ? thread : receive(thread, frame);
}

/** Where to resume; null when there is nothing to resume. Call `rewind` before. */
export function positionOf(thread: Thread): Position | null {
  return thread.c === null ? null : { c: thread.c, e: thread.e, s: thread.s };
}

/** The answer that is being written now. */
export function findRunning(thread: Thread): Utterance | null {
  for (let i = thread.entries.length - 1; i >= 0; i--) {
    const entry = thread.entries[i];
    if (entry?.isStreaming) return entry;
  }
  return null;
}

/**
 * The answer that the contact may rate: the last thing that was said to them, when it is whole and names its sources.
 * Fixed sentences (a greeting, "I could not find that") name none.
 */
export function findRatable({ entries }: Thread): Utterance | null {
  const last = entries.findLast((entry) => !entry.isStreaming && entry.from.kind !== "contact");
  return last?.why === "complete" && last.cites.length > 0 ? last : null;
}

/** Did the server refuse the rating? The error then names the answer. */
export function isOfRating({ rating }: Thread, { re }: ErrorFrame): boolean {
  return rating !== null && re === rating.m;
}

/**
 * Back to before the running answer, so that its start and its text so far are sent again by whichever process has
 * them. What is shown of it stays until then; what came after it will be sent again too.
 */
function rewind(thread: Thread): Thread {
  const rested: Thread = { ...thread, fault: null, isLive: false, typing: null };
  const running = findRunning(thread);
  if (!running) return rested;
  return { ...rested, s: running.s - 1, entries: thread.entries.filter((entry) => entry.s <= running.s) };
}

function makePending(said: { id: string; text: string; at: string; from?: Author }): Pending {
  const { id, text, at, from = { kind: "contact", name: "" } } = said;
  return { id, from, text, at, failed: null, stored: null };
}

function receive(thread: Thread, frame: WidgetServerFrame): Thread {
  switch (frame.t) {
    case "live":
      return goLive(thread);
    case "ack":
      return settle({
        ...thread,
        c: frame.c,
        isAwaiting: thread.isAwaiting || (!frame.dup && thread.state === "assistant"),
        pending: thread.pending.map((item) =>
          item.id === frame.id ? { ...item, failed: null, stored: { m: frame.m, s: frame.s } } : item,
        ),
      });
    case "delta":
      return appendDelta(thread, frame.m, frame.o, frame.d);
    case "draft":
      return changeRunning(thread, frame.m, frame.d);
    case "typing":
      return { ...thread, typing: frame.on ? frame.who : null };
    case "msg":
    case "start":
    case "done":
    case "state":
      return takeDurable(thread, frame);
  }
  return thread;
}

function goLive(thread: Thread): Thread {
  if (thread.s >= thread.top) return { ...thread, isLive: true };
  if (thread.doubted === thread.s) return { ...thread, isLive: true, s: thread.top };
  return { ...thread, fault: "gap", doubted: thread.s };
}

function takeDurable(thread: Thread, frame: Msg | Start | Done | StateFrame): Thread {
  if (frame.s <= thread.s) return frame.t === "msg" ? amend(thread, frame) : thread;
  if (frame.s > thread.s + 1 && thread.doubted !== thread.s) return { ...thread, fault: "gap", doubted: thread.s };
  const next = applyDurable(thread, frame);
  return next.fault ? next : settle({ ...next, c: thread.c ?? frame.c, s: frame.s });
}

/** Our own message comes back as it was stored: what the server destroyed in it goes from this screen too. */
function amend(thread: Thread, { m, text }: Msg): Thread {
  const entry = findUtterance(thread, m);
  return entry ? replace(thread, m, { ...entry, text }) : thread;
}

function applyDurable(thread: Thread, frame: Msg | Start | Done | StateFrame): Thread {
  switch (frame.t) {
    case "msg":
      return {
        ...thread,
        entries: insert(without(thread.entries, frame.m), {
          s: frame.s,
          m: frame.m,
          from: frame.from,
          text: frame.text,
          length: countCodePoints(frame.text),
          at: frame.at,
          cites: frame.cites,
          isStreaming: false,
          why: null,
        }),
        pending: thread.pending.filter((item) => item.id !== frame.re && item.stored?.m !== frame.m),
        typing: frame.from.kind === "contact" ? thread.typing : null,
        isAwaiting: frame.from.kind === "contact" && thread.state === "assistant",
      };
    case "start": {
      const shown = findUtterance(thread, frame.m);
      return { ...thread, entries: insert(without(thread.entries, frame.m), beginAnswer(frame, shown?.text ?? "")) };
    }
    case "done":
      return finishAnswer(thread, frame);
    case "state":
      return changeState(thread, frame);
  }
}

function beginAnswer(frame: Start, text: string): Utterance {
  return {
    s: frame.s,
    m: frame.m,
    from: { kind: "assistant", name: "" },
    text,
    length: 0,
    at: "",
    cites: [],
    isStreaming: true,
    why: null,
  };
}

function appendDelta(thread: Thread, m: string, offset: number, piece: string): Thread {
  const entry = findUtterance(thread, m);
  if (entry && !entry.isStreaming) return thread;
  if (!entry || entry.length !== offset) return { ...thread, fault: "offset" };
  const before = offset === 0 ? "" : entry.text;
  return replace(thread, m, { ...entry, text: before + piece, length: offset + countCodePoints(piece) });
}

function changeRunning(thread: Thread, m: string, text: string): Thread {
  const entry = findUtterance(thread, m);
  if (!entry?.isStreaming) return thread;
  return replace(thread, m, { ...entry, text, length: countCodePoints(text) });
}

function finishAnswer(thread: Thread, frame: Done): Thread {
  const rested = { ...thread, isAwaiting: false };
  const entry = findUtterance(thread, frame.m);
  if (!entry) return rested;
  if (frame.why === "superseded" || frame.len === 0) {
    return { ...rested, entries: without(thread.entries, frame.m) };
  }
  const isWhole = entry.length === frame.len && crc32(entry.text) === frame.sum;
  if (!isWhole && thread.doubted !== frame.m) {
    // Ask for the answer again from before its start; what came after it will be sent again too.
    const entries = thread.entries.filter((other) => other.s < entry.s);
    return { ...thread, entries, s: entry.s - 1, fault: "sum", doubted: frame.m };
  }
  return replace(rested, frame.m, {
    ...entry,
    isStreaming: false,
    why: frame.why,
    at: frame.at,
    cites: frame.cites,
  });
}

function changeState(thread: Thread, frame: StateFrame): Thread {
  return {
    ...thread,
    state: frame.state,
    position: frame.pos || null,
    agent: frame.agent ?? null,
    typing: null,
    isAwaiting: false,
  };
}

/** Own messages whose turn in the sequence has come become entries; the ack alone is enough for that. */
function settle(thread: Thread): Thread {
  const item = thread.pending.find((other) => other.stored !== null && other.stored.s <= thread.s + 1);
  if (!item?.stored) return thread;
  const { m, s } = item.stored;
  const isKnown = findUtterance(thread, m) !== null;
  const entry: Utterance = {
    s,
    m,
    from: item.from,
    text: item.text,
    length: countCodePoints(item.text),
    at: item.at,
    cites: [],
    isStreaming: false,
    why: null,
  };
  return settle({
    ...thread,
    s: Math.max(thread.s, s),
    entries: isKnown ? thread.entries : insert(thread.entries, entry),
    pending: thread.pending.filter((other) => other !== item),
  });
}

function cleared(thread: Thread): Thread {
  return { ...emptyThread(thread.c), pending: thread.pending, doubted: thread.doubted };
}

function findUtterance(thread: Thread, m: string): Utterance | null {
  for (let i = thread.entries.length - 1; i >= 0; i--) {
    const entry = thread.entries[i];
    if (entry?.m === m) return entry;
  }
  return null;
}

function replace(thread: Thread, m: string, by: Utterance): Thread {
  const entries = thread.entries.map((entry) => (entry.m === m ? by : entry));
  return { ...thread, entries };
}

function without(entries: readonly Utterance[], m: string): readonly Utterance[] {
  return entries.filter((entry) => entry.m !== m);
}

function insert(entries: readonly Utterance[], entry: Utterance): readonly Utterance[] {
  let at = entries.length;
  while (at > 0 && (entries[at - 1]?.s ?? 0) > entry.s) at--;
  return [...entries.slice(0, at), entry, ...entries.slice(at)];
}
