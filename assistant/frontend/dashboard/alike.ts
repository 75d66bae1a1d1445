/** Other conversations that began with the same concern, for whoever asks. */
import { signal } from "@preact/signals";
import { type Api, ApiError } from "./api";
import type { SimilarConversation } from "./types";

/** Cosine of two beginnings from which on they are about the same. */
const ALIKE_FROM = 0.5;

export type AlikeState =
  | { is: "unasked" }
  | { is: "asked" }
  | { is: "found"; rows: readonly SimilarConversation[] }
  | { is: "failed"; code: string };

export class Alike {
  readonly state = signal<AlikeState>({ is: "unasked" });

  private conversation: string | null = null;

  constructor(private readonly api: Pick<Api, "similar">) {}

  /** Another conversation is in view, or none. */
  enter(conversation: string | null): void {
    this.conversation = conversation;
    this.state.value = { is: "unasked" };
  }

  async find(): Promise<void> {
    const id = this.conversation;
    if (!id || this.state.peek().is === "asked") return;
    this.state.value = { is: "asked" };
    const state = await this.ask(id);
    if (id === this.conversation) this.state.value = state;
  }

  private async ask(id: string): Promise<AlikeState> {
    try {
      const rows = await this.api.similar(id);
      return { is: "found", rows: rows.filter(({ score }) => score >= ALIKE_FROM) };
    } catch (problem) {
      return { is: "failed", code: problem instanceof ApiError ? problem.code : "other" };
    }
  }
}
