/** Other conversations that began with the same concern, for whoever asks. */
import { signal } from "@preact/signals";
import { type Api, ApiError } from "./api";
import type { SimilarConversation } from "./types";

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
      return { is: "found", rows: await this.api.similar(id) };
    } catch (problem) {
      return { is: "failed", code: problem instanceof ApiError ? problem.code : "other" };
    }
  }
}
