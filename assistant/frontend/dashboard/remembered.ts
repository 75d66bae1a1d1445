/** What this browser remembers for an agent: unsent replies, what was read, the theme. */
import { signal } from "@preact/signals";
import type { Row } from "../shared/frames";
import { readStored, readStoredJson, writeStored } from "../shared/storage";

export class Remembered {
  /** Highest sequence that was on screen, per conversation. */
  private readonly seen: ReturnType<typeof signal<Readonly<Record<string, number>>>>;
  /** What happened before the first visit counts as read. */
  private readonly since: string;

  constructor(private readonly tenant: string) {
    this.seen = signal(readStoredJson(this.key("seen"), {}, isNumbers));
    this.since = readStored(this.key("since")) ?? new Date().toISOString();
    writeStored(this.key("since"), this.since);
  }

  isUnread(row: Row): boolean {
    const upTo = this.seen.value?.[row.id];
    return upTo === undefined ? row.updated_at > this.since : row.s > upTo;
  }

  markSeen(id: string, s: number): void {
    if ((this.seen.peek()?.[id] ?? -1) >= s) return;
    this.seen.value = { ...this.seen.peek(), [id]: s };
    writeStored(this.key("seen"), JSON.stringify(this.seen.peek()));
  }

  draftOf(id: string): string {
    return readStored(this.key(`draft:${id}`)) ?? "";
  }

  keepDraft(id: string, text: string): void {
    writeStored(this.key(`draft:${id}`), text || null);
  }

  private key(name: string): string {
    return `deskside:desk:${this.tenant}:${name}`;
  }
}

export type Theme = "light" | "dark";
const THEME_KEY = "deskside:desk:theme";

export const theme = signal<Theme>(initialTheme());

/** Applied to the document; without a choice the system's preference holds. */
export function applyTheme(): void {
  const stored = readStored(THEME_KEY);
  if (stored === "light" || stored === "dark") document.documentElement.dataset["theme"] = stored;
}

export function toggleTheme(): void {
  theme.value = theme.peek() === "dark" ? "light" : "dark";
  writeStored(THEME_KEY, theme.peek());
  applyTheme();
}

function initialTheme(): Theme {
  const stored = readStored(THEME_KEY);
  if (stored === "light" || stored === "dark") return stored;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

function isNumbers(value: unknown): value is Record<string, number> {
  return typeof value === "object" && value !== null;
}
