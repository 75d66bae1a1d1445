/** Help with a reply: a draft, other words for what stands in the reply box, and what was said so far in short. */
import { batch, computed, signal } from "@preact/signals";
import { type Api, ApiError } from "./api";
import type { Remembered } from "./remembered";
import type { Made, Style } from "./types";

export type Help = "draft" | "summary" | "article" | Style;

/** What came of it, and what was asked for. */
export interface Helped extends Made {
  help: Help;
}

/** What the server translates into. */
const LANGUAGES: readonly string[] = ["en", "zh", "de", "fr", "es"];

export class Copilot {
  /** What stands in the reply box. */
  readonly text = signal("");
  /** How the text in the box was made; null for one that the agent wrote. */
  readonly made = signal<Helped | null>(null);
  readonly summary = signal<Helped | null>(null);
  readonly busy = signal<Help | null>(null);
  /** The code of what went wrong last, and what had been asked for. */
  readonly error = signal<{ help: Help; code: string } | null>(null);
  readonly canUndo = computed(() => this.before.value.length > 0);

  /** What stood in the box before each text that was put there, the latest last. */
  private readonly before = signal<readonly { text: string; made: Helped | null }[]>([]);
  private conversation: string | null = null;
  /** An answer to an earlier question than this one comes too late. */
  private asked = 0;

  constructor(
    private readonly api: Pick<Api, "draft" | "draftArticle" | "rewrite" | "summary">,
    private readonly remembered: Pick<Remembered, "draftOf" | "keepDraft">,
  ) {}

  /** Another conversation is in view, or none. */
  enter(conversation: string | null): void {
    this.conversation = conversation;
    batch(() => {
      this.giveUp();
      this.forget();
      this.summary.value = null;
      this.text.value = conversation ? this.remembered.draftOf(conversation) : "";
    });
  }

  /** The agent writes. */
  write(text: string): void {
    if (text.trim() === "") this.made.value = null;
    this.put(text);
  }

  /** The reply is on its way: the box is empty, and what is still being written for it is not wanted. */
  clear(): void {
    batch(() => {
      if (isForReply(this.busy.peek())) this.giveUp();
      this.forget();
      this.put("");
    });
  }

  async draft(): Promise<void> {
    this.land(await this.ask("draft", (id) => this.api.draft(id)));
  }

  async rewrite(style: Style, language: string | null): Promise<void> {
    const text = this.text.peek().trim();
    if (!text) return;
    const { sources } = this.made.peek() ?? { sources: [] }; // what the text rests on, it rests on in other words
    const made = await this.ask(style, async () => {
      const other = await this.api.rewrite(text, style, language);
      return { ...other, sources, text: other.text === text ? "" : other.text };
    });
    this.land(made);
  }

  async summarise(): Promise<void> {
    const made = await this.ask("summary", (id) => this.api.summary(id));
    if (made) this.summary.value = made;
  }

  /** null when there is none. */
  async article(): Promise<Made | null> {
    return this.ask("article", (id) => this.api.draftArticle(id));
  }

  /** Put back what stood in the box before the latest text that was put there. */
  undo(): void {
    const last = this.before.peek().at(-1);
    if (!last) return;
    batch(() => {
      this.before.value = this.before.peek().slice(0, -1);
      this.made.value = last.made;
      this.put(last.text);
    });
  }

  dismiss(): void {
    this.summary.value = null;
    this.error.value = null;
  }

  private land(made: Helped | null): void {
    if (!made) return;
    batch(() => {
      this.before.value = [...this.before.peek(), { text: this.text.peek(), made: this.made.peek() }];
      this.made.value = made;
      this.put(made.text);
    });
  }

  /** null when nothing came of it, or it came too late. */
  private async ask(help: Help, act: (conversation: string) => Promise<Made>): Promise<Helped | null> {
    const id = this.conversation;
    if (!id || this.busy.peek()) return null;
    this.asked += 1;
    const { asked } = this;
    this.busy.value = help;
    this.error.value = null;
    try {
      const made = await act(id);
      if (asked !== this.asked) return null;
      if (made.text === "") throw new ApiError(`no_${help}`, 0, "");
      return { ...made, help };
    } catch (problem) {
      if (asked === this.asked) this.error.value = { help, code: problem instanceof ApiError ? problem.code : "other" };
      return null;
    } finally {
      if (asked === this.asked) this.busy.value = null;
    }
  }

  private giveUp(): void {
    this.asked += 1;
    this.busy.value = null;
  }

  private forget(): void {
    this.made.value = null;
    this.error.value = null;
    this.before.value = [];
  }

  private put(text: string): void {
    this.text.value = text;
    if (this.conversation) this.remembered.keepDraft(this.conversation, text);
  }
}

/** Of the reply box; a summary and an article's draft are of the whole conversation. */
export function isForReply(help: Help | null): boolean {
  return help !== null && help !== "summary" && help !== "article";
}

/** The customer's language, if the server translates into it. */
export function translatable(tag: string): string | null {
  const [base = ""] = tag.toLowerCase().split("-");
  return LANGUAGES.includes(base) ? base : null;
}
