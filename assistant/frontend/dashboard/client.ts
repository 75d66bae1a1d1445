/** The dashboard's side of `desk.v1` and of the REST API; what the components draw are its signals. */
import { batch, computed, signal } from "@preact/signals";
import { Connection, type Status } from "../shared/connection";
import type { DeskClientFrame, DeskServerFrame, Row } from "../shared/frames";
import { emptyThread, reduce, type Thread, type ThreadFrame } from "../shared/thread";
import { makeUuid } from "../shared/uuid";
import { Alike } from "./alike";
import { type Api, ApiError, type OwnerAction } from "./api";
import { Copilot } from "./copilot";
import { CustomerPanel } from "./customer";
import { currentList, type DeskAction, EMPTY_DESK, listKey, neighbour, reduceDesk, visibleRows } from "./desk";
import { hiddenIn } from "./format";
import { KnowledgeDesk } from "./knowledge/desk";
import { PrivacyDesk } from "./privacy";
import type { Remembered } from "./remembered";
import { Reveals } from "./reveals";
import type { Erasure, Filter, Me } from "./types";

export interface Toast {
  id: number;
  code: string;
}

/** What the window shows below its bar. */
export type Room = "desk" | "knowledge" | "privacy";

/** Which column a phone shows. */
export type Page = "list" | "thread" | "customer";

const MOST_CACHED_THREADS = 30;
const REWATCH_AFTER_MS = 700;
const TOAST_MS = 7_000;
const TICK_MS = 15_000;
const TYPING_EVERY_MS = 4_000;
const THEIR_TYPING_MS = 12_000;
const COUNT_AFTER_MS = 1_500;

export class DeskClient {
  readonly me = signal<Me | null>(null);
  readonly status = signal<Status>({ is: "idle" });
  readonly desk = signal(EMPTY_DESK);
  readonly selected = signal<string | null>(null);
  readonly thread = signal<Thread>(emptyThread());
  readonly page = signal<Page>("list");
  readonly room = signal<Room>("desk");
  readonly toasts = signal<readonly Toast[]>([]);
  readonly isBusy = signal(false);
  readonly now = signal(Date.now());

  readonly rows = computed(() => visibleRows(this.desk.value));
  readonly row = computed(() => this.desk.value.rows.get(this.selected.value ?? "") ?? null);

  readonly reveals: Reveals;
  readonly customer: CustomerPanel;
  readonly alike: Alike;
  readonly copilot: Copilot;
  readonly privacy: PrivacyDesk;
  readonly knowledge: KnowledgeDesk;

  private readonly cache = new Map<string, Thread>();
  private readonly connection: Connection;
  private typedAt = 0;
  private typingTimer: ReturnType<typeof setTimeout> | undefined;
  private countTimer: ReturnType<typeof setTimeout> | undefined;
  private theirTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly api: Api,
    readonly remembered: Remembered,
    private readonly tenant: string,
  ) {
    this.reveals = new Reveals(api, (code) => this.complain(code));
    this.customer = new CustomerPanel(api);
    this.alike = new Alike(api);
    this.copilot = new Copilot(api, remembered);
    this.privacy = new PrivacyDesk(api);
    this.knowledge = new KnowledgeDesk(api);
    this.connection = new Connection({
      open: async () => ({ url: this.socketUrl(), hello: { t: "hello", v: 1 } satisfies DeskClientFrame }),
      receive: (frame) => this.receive(frame as DeskServerFrame),
      change: (status) => {
        this.status.value = status;
      },
    });
  }

  async start(): Promise<void> {
    setInterval(() => {
      this.now.value = Date.now();
    }, TICK_MS);
    this.connection.start();
    await this.attempt(async () => {
      this.me.value = await this.api.me();
    });
    await this.loadMore();
  }

  /** Does the role table let this member do it? Nothing, until we know who they are. */
  may(what: string): boolean {
    return this.me.value?.may.includes(what) ?? false;
  }

  retry(): void {
    this.connection.stop();
    this.connection.start();
  }

  // --- the list ---

  choose(filter: Filter): void {
    this.applyDesk({ t: "filter", filter });
    void this.loadMore(true);
  }

  search(query: string): void {
    this.applyDesk({ t: "query", query });
    void this.loadMore(true);
  }

  /** The next page of the list in view; with `onlyFirst`, only if it has none yet. */
  async loadMore(onlyFirst = false): Promise<void> {
    const { filter, query } = this.desk.peek();
    const list = currentList(this.desk.peek());
    if (list.isLoading || list.next === null || (onlyFirst && list.next !== undefined)) return;
    const key = listKey(filter, query);
    this.applyDesk({ t: "loading", key });
    try {
      this.applyDesk({ t: "page", key, page: await this.api.rows(filter, query, list.next ?? null) });
    } catch (problem) {
      this.applyDesk({ t: "failed", key, code: codeOf(problem) });
    }
  }

  /** Select the conversation above or below. */
  step(by: 1 | -1): void {
    const row = neighbour(this.rows.peek(), this.selected.peek(), by);
    if (row) this.select(row.id);
  }

  // --- one conversation ---

  select(id: string | null): void {
    const before = this.selected.peek();
    if (id === before) {
      this.page.value = id ? "thread" : "list";
      return;
    }
    if (before) this.leave(before);
    this.reveals.enter(id);
    batch(() => {
      this.selected.value = id;
      this.page.value = id ? "thread" : "list";
      this.thread.value = (id && this.cache.get(id)) || emptyThread(id);
      this.customer.enter(id);
      this.alike.enter(id);
      this.copilot.enter(id);
      this.customer.prove(this.row.peek()?.is_verified ?? false);
    });
    if (!id) return;
    this.watch();
    void this.loadCard();
    if (!this.desk.peek().rows.has(id)) {
      void this.attempt(async () => this.applyDesk({ t: "row", row: await this.api.row(id) }));
    }
  }

  async loadCard(): Promise<void> {
    if (this.me.peek() === null || this.may("see_customers")) await this.customer.load();
  }

  async change(action: OwnerAction): Promise<void> {
    const id = this.selected.peek();
    if (!id || this.isBusy.peek()) return;
    this.isBusy.value = true;
    await this.attempt(async () => this.applyDesk({ t: "row", row: await this.api.change(id, action) }));
    this.isBusy.value = false;
    // Somebody else may have been quicker: show how it stands.
    void this.api.row(id).then((row) => this.applyDesk({ t: "row", row }), noop);
  }

  async reply(text: string): Promise<void> {
    const c = this.selected.peek();
    if (!c) return;
    const id = makeUuid();
    const from = { kind: "agent" as const, name: this.me.peek()?.name ?? "" };
    this.applyThread({ t: "say", id, text, from, at: new Date().toISOString() });
    this.setTyping(false);
    await this.deliver(c, id, text);
  }

  async replyAgain(id: string): Promise<void> {
    const c = this.selected.peek();
    const item = this.thread.peek().pending.find((other) => other.id === id);
    if (!c || !item) return;
    this.applyThread({ t: "forget", id });
    this.applyThread({ t: "say", id, text: item.text, from: item.from, at: item.at });
    await this.deliver(c, id, item.text);
  }

  /** Destroy what the person in view told us; null when that failed and was complained about. */
  async erasePerson(reason: string): Promise<Erasure | null> {
    const id = this.selected.peek();
    if (!id) return null;
    const erasure = await this.attempt(async () => {
      const { contact_id } = await this.api.contactOf(id);
      return this.api.erase(contact_id, reason);
    });
    if (!erasure) return null;
    if (id === this.selected.peek()) this.reveals.lose("erased", ...hiddenIn(this.thread.peek()));
    void this.api.row(id).then((row) => this.applyDesk({ t: "row", row }), noop);
    void this.loadCard();
    return erasure;
  }

  /** Of the conversation in view; the knowledge desk opens with it. */
  async draftArticle(): Promise<void> {
    const id = this.selected.peek();
    const made = await this.copilot.article();
    if (!id || !made || id !== this.selected.peek()) return;
    batch(() => {
      this.room.value = "knowledge";
      this.knowledge.writeFrom(id, made);
    });
  }

  noteTyping(): void {
    if (Date.now() - this.typedAt > TYPING_EVERY_MS) this.setTyping(true);
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => this.setTyping(false), TYPING_EVERY_MS * 1.5);
  }

  dismiss(toast: number): void {
    this.toasts.value = this.toasts.peek().filter((other) => other.id !== toast);
  }

  // --- inside ---

  private async deliver(c: string, id: string, text: string): Promise<void> {
    try {
      const { m, s } = await this.api.reply(c, id, text);
      if (c === this.selected.peek()) this.applyThread({ t: "ack", id, c, m, s, dup: true });
    } catch (problem) {
      if (c === this.selected.peek()) this.applyThread({ t: "refused", id, code: codeOf(problem) });
      else this.complain(codeOf(problem));
    }
  }

  private receive(frame: DeskServerFrame): void {
    switch (frame.t) {
      case "hi":
        this.resume();
        return;
      case "row":
        if (!this.desk.peek().rows.has(frame.row.id)) this.countSoon();
        this.applyDesk({ t: "row", row: frame.row });
        return;
      case "error":
        this.complain(frame.code);
        return;
      case "pong":
        return;
    }
    if (frame.c !== this.selected.peek()) return;
    this.applyThread(frame);
    if (frame.t === "typing" && frame.on) {
      clearTimeout(this.theirTimer);
      this.theirTimer = setTimeout(() => this.applyThread({ ...frame, on: false }), THEIR_TYPING_MS);
    }
  }

  /** A new socket: rows may have changed meanwhile, and the conversation in view goes on where it was. */
  private resume(): void {
    if (this.desk.peek().rows.size > 0) {
      this.applyDesk({ t: "stale" });
      void this.loadMore();
    }
    this.watch();
  }

  private watch(): void {
    const c = this.selected.peek();
    if (!c || this.status.peek().is !== "open") return;
    this.thread.value = reduce(this.thread.peek(), { t: "rewind" });
    this.send({ t: "watch", c, s: this.thread.peek().s });
  }

  private leave(c: string): void {
    this.setTyping(false);
    this.send({ t: "unwatch", c });
    this.cache.delete(c);
    this.cache.set(c, reduce(this.thread.peek(), { t: "rewind" }));
    const oldest = this.cache.keys().next().value;
    if (this.cache.size > MOST_CACHED_THREADS && oldest) this.cache.delete(oldest);
  }

  private applyThread(frame: ThreadFrame): void {
    const thread = reduce(this.thread.peek(), frame);
    this.thread.value = thread;
    const c = this.selected.peek();
    if (c && document.visibilityState === "visible") this.remembered.markSeen(c, thread.s);
    if (!thread.fault || !c) return;
    this.send({ t: "unwatch", c });
    setTimeout(() => c === this.selected.peek() && this.watch(), REWATCH_AFTER_MS);
  }

  private applyDesk(action: DeskAction): void {
    this.desk.value = reduceDesk(this.desk.peek(), action);
    this.customer.prove(this.row.peek()?.is_verified ?? false);
  }

  /** A conversation that we did not know: the server counts. */
  private countSoon(): void {
    clearTimeout(this.countTimer);
    this.countTimer = setTimeout(() => {
      this.api.rows("all", "", null).then((page) => this.applyDesk({ t: "counts", page }), noop);
    }, COUNT_AFTER_MS);
  }

  private setTyping(on: boolean): void {
    const c = this.selected.peek();
    if (!c || (!on && this.typedAt === 0)) return;
    this.typedAt = on ? Date.now() : 0;
    this.send({ t: "typing", c, on });
  }

  private send(frame: DeskClientFrame): void {
    if (this.status.peek().is === "open") this.connection.send(frame);
  }

  private async attempt<T>(act: () => Promise<T>): Promise<T | null> {
    try {
      return await act();
    } catch (problem) {
      this.complain(codeOf(problem));
      return null;
    }
  }

  private complain(code: string): void {
    const id = Date.now() + Math.random();
    this.toasts.value = [...this.toasts.peek(), { id, code }].slice(-3);
    setTimeout(() => this.dismiss(id), TOAST_MS);
  }

  private socketUrl(): string {
    return `${location.origin.replace(/^http/, "ws")}/ws/desk/${encodeURIComponent(this.tenant)}`;
  }
}

/** Whether this agent may write: the conversation is with a person, and that person is this agent. */
export function ownsReply(row: Row | null): boolean {
  return row?.state === "human" && row.is_mine;
}

function codeOf(problem: unknown): string {
  return problem instanceof ApiError ? problem.code : "other";
}

function noop(): void {}
