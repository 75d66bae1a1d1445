/** The customer panel: what the company's business system knows of the person in view. */
import { signal } from "@preact/signals";
import { type Api, ApiError } from "./api";
import type { CustomerCard } from "./types";

/** The panel's contents; `null` while loading. */
export type CardState = { card: CustomerCard } | { error: string } | null;

/** A proven log-in is joined to its customer a moment later, in the background, which may be busy. The last wait is repeated. */
const ASK_AGAIN_MS = [1_000, 2_000, 3_000, 5_000, 5_000, 10_000, 30_000, 60_000];

export class CustomerPanel {
  readonly state = signal<CardState>(null);

  private conversation: string | null = null;
  private isProven = false;
  private misses = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly api: Pick<Api, "customer">) {}

  /** Another conversation is in view, or none. */
  enter(conversation: string | null): void {
    clearTimeout(this.timer);
    this.conversation = conversation;
    this.isProven = false;
    this.misses = 0;
    this.state.value = null;
  }

  /** Whether the list shows the person as proven: a customer can be found for them from now on. */
  prove(isProven: boolean): void {
    if (isProven === this.isProven) return;
    this.isProven = isProven;
    this.misses = 0;
    if (this.state.peek() !== null) void this.load();
  }

  async load(): Promise<void> {
    const id = this.conversation;
    if (!id) return;
    clearTimeout(this.timer);
    const state = await this.ask(id);
    if (id !== this.conversation) return;
    clearTimeout(this.timer); // of another load meanwhile
    this.state.value = state;
    if (!this.isProven || "error" in state || state.card.customer) return;
    const wait = ASK_AGAIN_MS[Math.min(this.misses, ASK_AGAIN_MS.length - 1)];
    this.misses += 1;
    this.timer = setTimeout(() => void this.load(), wait);
  }

  private async ask(id: string): Promise<Exclude<CardState, null>> {
    try {
      return { card: await this.api.customer(id) };
    } catch (problem) {
      return { error: problem instanceof ApiError ? problem.code : "other" };
    }
  }
}
