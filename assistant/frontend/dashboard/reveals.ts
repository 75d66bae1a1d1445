/** Values behind placeholders that are on the screen: of one conversation, for a minute, each look on record. */
import { signal } from "@preact/signals";
import { type Api, ApiError } from "./api";

const SHOWN_FOR_MS = 60_000;

/** Codes after which a value will not come back. */
const LOST = new Set(["erased", "unreadable"]);

export class Reveals {
  /** `EMAIL_1` -> its value. */
  readonly values = signal<ReadonlyMap<string, string>>(new Map());
  /** `EMAIL_1` -> why it can not be shown any more. */
  readonly lost = signal<ReadonlyMap<string, string>>(new Map());
  /** The tenant wants a reason, and somebody has to type it. */
  readonly isAsking = signal(false);

  private conversation: string | null = null;
  /** Asked once for each conversation, as long as the page is open. */
  private readonly reasons = new Map<string, string>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private answerWith: ((reason: string | null) => void) | null = null;

  constructor(
    private readonly api: Api,
    private readonly complain: (code: string) => void,
  ) {}

  /** Another conversation is in view: nothing stays shown. */
  enter(conversation: string | null): void {
    this.conversation = conversation;
    this.answer(null);
    this.hide(...this.values.peek().keys());
    this.lost.value = new Map();
  }

  async show(label: string): Promise<void> {
    const values = await this.look(label);
    if (values) this.keep(values);
  }

  async showAll(): Promise<void> {
    const values = await this.look(null);
    if (values) this.keep(values);
  }

  /** Nobody will see these again. */
  lose(code: string, ...labels: readonly string[]): void {
    this.hide(...labels);
    const lost = new Map(this.lost.peek());
    for (const label of labels) lost.set(label, code);
    this.lost.value = lost;
  }

  hide(...labels: readonly string[]): void {
    const values = new Map(this.values.peek());
    for (const label of labels) {
      clearTimeout(this.timers.get(label));
      this.timers.delete(label);
      values.delete(label);
    }
    this.values.value = values;
  }

  /** What was typed into the dialog; null when it was closed. */
  answer(reason: string | null): void {
    this.isAsking.value = false;
    this.answerWith?.(reason);
    this.answerWith = null;
  }

  private async look(label: string | null): Promise<Readonly<Record<string, string>> | null> {
    const c = this.conversation;
    if (!c) return null;
    try {
      const { values } = await this.lookWithReason(c, label);
      return c === this.conversation ? values : null;
    } catch (problem) {
      const code = problem instanceof ApiError ? problem.code : "other";
      if (c !== this.conversation || code === "given_up") return null;
      if (label && LOST.has(code)) this.lose(code, label);
      this.complain(code);
      return null;
    }
  }

  private async lookWithReason(c: string, label: string | null): Promise<{ values: Record<string, string> }> {
    const placeholder = label === null ? null : `<${label}>`;
    try {
      return await this.api.reveal(c, placeholder, this.reasons.get(c) ?? "");
    } catch (problem) {
      if (!(problem instanceof ApiError) || problem.code !== "reason_required") throw problem;
    }
    const reason = await this.askReason();
    if (reason === null) throw new ApiError("given_up", 0, "");
    const answer = await this.api.reveal(c, placeholder, reason);
    this.reasons.set(c, reason);
    return answer;
  }

  private askReason(): Promise<string | null> {
    this.answer(null);
    this.isAsking.value = true;
    return new Promise((resolve) => {
      this.answerWith = resolve;
    });
  }

  private keep(found: Readonly<Record<string, string>>): void {
    const values = new Map(this.values.peek());
    for (const [placeholder, value] of Object.entries(found)) {
      const label = placeholder.slice(1, -1);
      values.set(label, value);
      clearTimeout(this.timers.get(label));
      this.timers.set(
        label,
        setTimeout(() => this.hide(label), SHOWN_FOR_MS),
      );
    }
    this.values.value = values;
  }
}
