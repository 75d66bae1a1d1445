/** The widget's side of `deskside.v1`: session, socket, outbox, and the thread that the panel draws. */
import { Connection, type Opening, type Status } from "../shared/connection";
import type { ErrorFrame, Limits, Rate, WidgetClientFrame, WidgetServerFrame } from "../shared/frames";
import { currentLocale } from "../shared/lang";
import { readStored, writeStored } from "../shared/storage";
import {
  emptyThread,
  findRunning,
  isOfRating,
  positionOf,
  reduce,
  type Thread,
  type ThreadFrame,
} from "../shared/thread";
import { makeUuid } from "../shared/uuid";
import { type EventName, storageKey } from "./contract";
import { Outbox } from "./outbox";
import { askSession, BadIdentity, type InboxFace, type Session } from "./session";

/** Something to tell the contact; `until` is when we try again by ourselves. */
export interface Trouble {
  code: string;
  until: number | null;
}

export interface ClientOptions {
  key: string;
  origin: string;
  emit(event: EventName, detail?: unknown): void;
}

/** Errors that pass; without `retry_ms` we wait this long. */
const PASSING = new Set(["rate_limited", "engine_busy", "storage_full", "internal"]);
const RETRY_MS = 5_000;
const MOST_TRIES = 5;
const RENEW_BEFORE_MS = 60_000;
const TYPING_EVERY_MS = 4_000;
const TYPING_LASTS_MS = 6_000;

type Timer = "renew" | "typing" | "theirs" | "retry";

/** What the panel draws. Always a new value, never changed in place. */
export interface View {
  readonly thread: Thread;
  readonly status: Status;
  readonly inbox: InboxFace | null;
  readonly limits: Limits;
  readonly trouble: Trouble | null;
  /** A person was asked for, and the server has not answered yet. */
  readonly isPersonAsked: boolean;
}

export class Client {
  private state: View = {
    thread: emptyThread(),
    status: { is: "idle" },
    inbox: null,
    limits: { text: 4_000, frame: 16_384 },
    trouble: null,
    isPersonAsked: false,
  };
  private readonly watchers = new Set<() => void>();
  private readonly connection: Connection;
  private readonly outbox: Outbox;
  private session: Session | null = null;
  private identity: string | null = null;
  private tries = new Map<string, number>();
  private typedAt = 0;
  private timers: Record<Timer, ReturnType<typeof setTimeout> | 0> = {
    renew: 0,
    typing: 0,
    theirs: 0,
    retry: 0,
  };

  constructor(private readonly options: ClientOptions) {
    this.outbox = new Outbox(this.keyOf("outbox"));
    this.connection = new Connection({
      open: () => this.open(),
      receive: (frame) => this.receive(frame as WidgetServerFrame),
      change: (status) => this.show({ status }),
      renew: () => {
        this.session = null;
      },
    });
    this.recallPending();
  }

  get view(): View {
    return this.state;
  }

  /** Calls `watcher` after every change; returns a function that ends it. */
  watch(watcher: () => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  start(): void {
    this.connection.start();
  }

  /** False when the outbox is full; the text then stays in the composer. */
  say(text: string): boolean {
    if (this.outbox.isFull) {
      this.show({ trouble: { code: "outbox_full", until: null } });
      return false;
    }
    const item = { id: makeUuid(), kind: "msg" as const, text, at: new Date().toISOString() };
    this.outbox.add(item);
    this.apply({ t: "say", id: item.id, text: item.text, at: item.at });
    this.setTyping(false);
    this.connection.start();
    this.pump();
    return true;
  }

  /** Say a refused message again, under a new id. */
  sayAgain(id: string): void {
    const item = this.state.thread.pending.find((other) => other.id === id);
    if (!item) return;
    this.apply({ t: "forget", id });
    this.say(item.text);
  }

  askForPerson(): void {
    if (this.state.isPersonAsked) return;
    this.show({ isPersonAsked: true });
    this.outbox.add({ id: makeUuid(), kind: "human", text: "", at: new Date().toISOString() });
    this.pump();
  }

  stopAnswer(): void {
    const running = findRunning(this.state.thread);
    if (running) this.send({ t: "stop", m: running.m });
  }

  /** Only a rating that went out is shown; the last one counts. */
  rate(m: string, v: Rate["v"]): void {
    const frame: Rate = { t: "rate", m, v };
    if (this.connection.send(frame)) this.apply(frame);
  }

  /** The contact touched the composer; tells the other side at most every few seconds. */
  noteTyping(): void {
    if (Date.now() - this.typedAt > TYPING_EVERY_MS) this.setTyping(true);
    this.after("typing", TYPING_LASTS_MS, () => this.setTyping(false));
  }

  /** A signed identity from the page's server; exchanged at once when we are connected. */
  identify(jwt: string): void {
    this.identity = jwt;
    this.session = null;
    this.connection.restart();
  }

  /** Forget this visitor, as after a log-out. */
  reset(): void {
    const wasRunning = this.state.status.is !== "idle";
    this.connection.stop();
    this.outbox.clear();
    this.session = null;
    this.identity = null;
    for (const name of ["visitor", "conversation", "draft"]) writeStored(this.keyOf(name), null);
    this.show({ thread: emptyThread(), trouble: null, isPersonAsked: false });
    if (wasRunning) this.connection.start();
  }

  retry(): void {
    this.show({ trouble: null });
    this.connection.stop();
    this.connection.start();
  }

  dismissTrouble(): void {
    this.show({ trouble: null });
  }

  private async open(): Promise<Opening> {
    const { origin, key } = this.options;
    if (!this.session || Date.parse(this.session.expires) - Date.now() < RENEW_BEFORE_MS) await this.renew();
    this.apply({ t: "rewind" });
    const at = positionOf(this.state.thread);
    const hello: WidgetClientFrame = {
      t: "hello",
      v: 1,
      token: this.session?.session ?? "",
      lang: currentLocale(),
      tz: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC",
      ...(at && { at }),
    };
    return { url: `${origin.replace(/^http/, "ws")}/ws/${encodeURIComponent(key)}`, hello };
  }

  private async renew(): Promise<void> {
    const { origin, key } = this.options;
    const { identity } = this;
    // Sent again with each renewal: the visitor's secret may belong to who they were before they were identified.
    const session = await askSession(origin, key, currentLocale(), identity).catch((problem: unknown) => {
      // A forged or old identity will not get better: tell the page, and let the visitor go on without it.
      if (problem instanceof BadIdentity) {
        this.options.emit("error", { code: problem.message });
        if (this.identity === identity) this.identity = null;
      }
      throw problem;
    });
    this.session = session;
    this.show({ inbox: session.inbox, limits: session.limits });
    const { thread } = this.state;
    // Identifying may lead to another conversation; what is shown of the old one does not belong there.
    if (thread.c && session.conversation && thread.c !== session.conversation) {
      this.show({ thread: { ...emptyThread(), pending: thread.pending } });
    }
    this.after("renew", Date.parse(session.expires) - Date.now() - RENEW_BEFORE_MS, () => this.renewOpenSocket());
  }

  private async renewOpenSocket(): Promise<void> {
    if (this.state.status.is !== "open") return;
    try {
      await this.renew();
      this.send({ t: "auth", token: this.session?.session ?? "" });
    } catch {
      this.session = null; // The server will close with 4401, and the next opening asks again.
    }
  }

  private receive(frame: WidgetServerFrame): void {
    const wasLive = this.state.thread.isLive;
    if (frame.t === "error") this.meetTrouble(frame);
    this.apply(frame);
    if (this.state.thread.fault) this.connection.restart();
    else this.follow(frame, wasLive);
  }

  /** What a frame asks of us, beyond being shown. */
  private follow(frame: WidgetServerFrame, wasLive: boolean): void {
    switch (frame.t) {
      case "hi":
        this.outbox.rewind();
        this.show({ limits: frame.limits });
        this.pump(); // Without a conversation there is nothing to catch up with, and no `live` follows.
        break;
      case "live":
        this.show({ trouble: null });
        this.pump();
        break;
      case "ack":
        this.outbox.remove(frame.id);
        this.pump();
        break;
      case "msg":
        if (frame.re) this.outbox.remove(frame.re);
        if (wasLive && frame.from.kind !== "contact") this.options.emit("message", { text: frame.text });
        break;
      case "done":
        if (wasLive && frame.why === "complete") this.options.emit("message", { m: frame.m });
        break;
      case "state":
        this.meetState(frame.state);
        break;
      case "typing":
        if (frame.on) this.after("theirs", TYPING_LASTS_MS * 2, () => this.apply({ ...frame, on: false }));
    }
  }

  private apply(frame: ThreadFrame): void {
    const before = this.state.thread.c;
    this.show({ thread: reduce(this.state.thread, frame) });
    const { c } = this.state.thread;
    if (c !== before) writeStored(this.keyOf("conversation"), c);
  }

  private meetState(state: Thread["state"]): void {
    this.options.emit("state", { state });
    if (state !== "queued" && state !== "human") return;
    this.show({ isPersonAsked: false });
    this.outbox.remove(...this.outbox.items.filter((item) => item.kind === "human").map((item) => item.id));
  }

  private meetTrouble(frame: ErrorFrame): void {
    if (isOfRating(this.state.thread, frame)) return;
    const { code, re } = frame;
    const isPassing = frame.retry_ms != null || PASSING.has(code);
    const wait = frame.retry_ms ?? RETRY_MS;
    const isOurs = re != null && this.outbox.has(re);
    // A message that is refused for good says so itself.
    if (isPassing || !isOurs) this.show({ trouble: { code, until: isPassing ? Date.now() + wait : null } });
    this.options.emit("error", { code });
    if (frame.fatal && !isPassing) this.connection.stop(code);
    if (!isOurs) return;
    const tries = (this.tries.get(re) ?? 0) + 1;
    this.tries.set(re, tries);
    if (isPassing && tries <= MOST_TRIES) {
      this.after("retry", wait, () => {
        this.show({ trouble: null });
        this.outbox.rewind(re);
        this.pump();
      });
      return;
    }
    this.outbox.remove(re);
    this.show({ isPersonAsked: false });
    this.apply({ t: "refused", id: re, code });
    this.pump();
  }

  private pump(): void {
    if (this.state.status.is !== "open" || !this.state.thread.isLive) return;
    for (const item of this.outbox.take()) {
      this.send(item.kind === "human" ? { t: "human", id: item.id } : { t: "msg", id: item.id, text: item.text });
    }
  }

  private recallPending(): void {
    for (const item of this.outbox.items) {
      if (item.kind === "msg") this.apply({ t: "say", id: item.id, text: item.text, at: item.at });
      else this.show({ isPersonAsked: true });
    }
  }

  private show(change: Partial<View>): void {
    this.state = { ...this.state, ...change };
    for (const watcher of this.watchers) watcher();
  }

  private setTyping(on: boolean): void {
    if (!on && this.typedAt === 0) return;
    this.typedAt = on ? Date.now() : 0;
    this.send({ t: "typing", on });
  }

  private send(frame: WidgetClientFrame): void {
    if (this.state.status.is === "open") this.connection.send(frame);
  }

  private after(timer: Timer, ms: number, act: () => void): void {
    clearTimeout(this.timers[timer]);
    this.timers[timer] = setTimeout(act, Math.max(0, ms));
  }

  private keyOf(name: string): string {
    return storageKey(this.options.key, name);
  }

  /** The composer's unsent text, kept over reloads. */
  get draft(): string {
    return readStored(this.keyOf("draft")) ?? "";
  }

  set draft(text: string) {
    writeStored(this.keyOf("draft"), text || null);
  }
}
