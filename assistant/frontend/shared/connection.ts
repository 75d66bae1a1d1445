/**
 * One socket that stays: opens, says hello, beats, and comes back after every loss with growing, random waits.
 * It knows frames only by their `t`; what they mean is its owner's business.
 */
import { HEALTHY_AFTER_MS, waitBeforeAttempt } from "./backoff";

export type Status =
  | { is: "idle" }
  | { is: "connecting" }
  | { is: "open" }
  | { is: "waiting"; until: number }
  | { is: "stopped"; reason: string };

export interface Opening {
  url: string;
  hello: object;
}

export interface Owner {
  /** Address and first frame of the next attempt. A `Refusal` stops for good, any other error means: try again. */
  open(): Promise<Opening>;
  receive(frame: { t: string }): void;
  change(status: Status): void;
  /** The server wants a new session (4401). */
  renew?(): void;
}

/** Thrown by `open` when trying again cannot help; `reason` is a stable code. */
export class Refusal extends Error {
  constructor(readonly reason: string) {
    super(reason);
  }
}

/** What the server may ask us to wait; carried by errors of `open`. */
export class RetryLater extends Error {
  constructor(readonly afterMs: number) {
    super("retry later");
  }
}

/** Close codes after which coming back would only repeat the mistake. */
const FINAL: Readonly<Record<number, string>> = {
  1003: "bad_frame",
  1009: "too_large",
  4400: "bad_frame",
  4403: "refused",
  4409: "too_many_sockets",
};
const SESSION_ENDED = 4401;
const TOO_FAST = 4429;
const TOO_FAST_WAIT_MS = 5_000;
const BEAT_MS = 25_000;
const BEAT_JITTER_MS = 5_000;
const PONG_WITHIN_MS = 10_000;

export class Connection {
  private socket: WebSocket | null = null;
  /** Failed attempts in a row, for the back-off. */
  private failures = 0;
  /** Marks the newest attempt, so that an older one that answers late is ignored. */
  private round = 0;
  private beats = 0;
  private isWanted = false;
  private timers: ReturnType<typeof setTimeout>[] = [];

  constructor(private readonly owner: Owner) {
    addEventListener("online", () => this.hurry());
    addEventListener("offline", () => this.socket?.close());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.hurry());
  }

  start(): void {
    if (this.isWanted) return;
    this.isWanted = true;
    this.failures = 0;
    void this.connect();
  }

  /** Leave and do not come back until `start`. */
  stop(reason?: string): void {
    this.isWanted = false;
    this.drop();
    this.owner.change(reason ? { is: "stopped", reason } : { is: "idle" });
  }

  /** Leave this socket and resume on a new one, as after a gap in the sequence. */
  restart(): void {
    if (!this.isWanted) return;
    this.drop();
    this.comeBack();
  }

  /** Send if the socket stands; what must not be lost belongs into an outbox. */
  send(frame: object): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  private hurry(): void {
    if (!this.isWanted || this.socket || this.timers.length === 0) return;
    this.drop();
    void this.connect();
  }

  private async connect(): Promise<void> {
    this.owner.change({ is: "connecting" });
    const round = ++this.round;
    try {
      const opening = await this.owner.open();
      if (this.isWanted && round === this.round && !this.socket) this.use(opening);
    } catch (problem) {
      if (!this.isWanted || round !== this.round) return;
      if (problem instanceof Refusal) this.stop(problem.reason);
      else this.comeBack(problem instanceof RetryLater ? problem.afterMs : 0);
    }
  }

  private use(opening: Opening): void {
    const socket = new WebSocket(opening.url);
    this.socket = socket;
    socket.onopen = () => {
      socket.send(JSON.stringify(opening.hello));
      this.later(HEALTHY_AFTER_MS, () => {
        this.failures = 0;
      });
      this.beat();
    };
    socket.onmessage = (event: MessageEvent<unknown>) => this.hear(socket, event.data);
    socket.onclose = (event) => socket === this.socket && this.lose(event.code);
  }

  private hear(socket: WebSocket, raw: unknown): void {
    if (socket !== this.socket || typeof raw !== "string") return;
    this.beats = 0;
    const frame: unknown = JSON.parse(raw);
    if (!isFrame(frame)) return;
    if (frame.t === "hi") this.owner.change({ is: "open" });
    this.owner.receive(frame);
  }

  private beat(): void {
    this.later(BEAT_MS + (Math.random() * 2 - 1) * BEAT_JITTER_MS, () => {
      this.send({ t: "ping", n: ++this.beats });
      this.later(PONG_WITHIN_MS, () => this.beats > 0 && this.restart());
      this.beat();
    });
  }

  private lose(code: number): void {
    const reason = FINAL[code];
    if (reason !== undefined) {
      this.stop(reason);
      return;
    }
    if (code === SESSION_ENDED) this.owner.renew?.();
    this.drop();
    this.comeBack(code === TOO_FAST ? TOO_FAST_WAIT_MS : 0);
  }

  private comeBack(atLeastMs = 0): void {
    const wait = atLeastMs + waitBeforeAttempt(this.failures++);
    this.owner.change({ is: "waiting", until: Date.now() + wait });
    this.later(wait, () => {
      this.drop();
      void this.connect();
    });
  }

  private drop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers = [];
    this.beats = 0;
    const { socket } = this;
    this.socket = null;
    socket?.close();
  }

  private later(ms: number, act: () => void): void {
    this.timers.push(setTimeout(act, ms));
  }
}

function isFrame(value: unknown): value is { t: string } {
  return typeof value === "object" && value !== null && "t" in value && typeof value.t === "string";
}
