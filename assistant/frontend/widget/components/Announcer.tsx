/** Reads to those who do not see: whole sentences of others, politely, once; never the stream itself. */
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { plain, takeSentences } from "../../shared/text";
import type { Thread } from "../../shared/thread";
import type { Client } from "../client";

const KEEP_LINES = 6;

/** Lines keep their node, so that only new ones are read. */
interface Line {
  id: number;
  text: string;
}

export function Announcer({ client }: { client: Client }): JSX.Element {
  const [lines, setLines] = useState<readonly Line[]>([]);
  const reader = useRef(new Reader());
  const thread = client.view.thread;
  useEffect(() => {
    const spoken = reader.current.read(thread);
    if (spoken.length === 0) return;
    setLines((before) => {
      const next = (before.at(-1)?.id ?? 0) + 1;
      return [...before, ...spoken.map((text, i) => ({ id: next + i, text }))].slice(-KEEP_LINES);
    });
  }, [thread]);
  return (
    <div class="hidden" role="log" aria-live="polite" aria-relevant="additions">
      {lines.map((line) => (
        <p key={line.id}>{line.text}</p>
      ))}
    </div>
  );
}

/** Remembers how far each message was read aloud. What is there before `live` counts as read: it is history. */
class Reader {
  private readonly upTo = new Map<string, number>();

  read(thread: Thread): string[] {
    const spoken: string[] = [];
    for (const entry of thread.entries) {
      if (entry.from.kind === "contact") continue;
      const from = this.upTo.get(entry.m) ?? 0;
      const piece = entry.isStreaming ? takeSentences(entry.text, from) : rest(entry.text, from);
      this.upTo.set(entry.m, thread.isLive ? piece.upTo : entry.text.length);
      if (thread.isLive && piece.spoken) spoken.push(piece.spoken);
    }
    return spoken;
  }
}

function rest(text: string, from: number): { spoken: string; upTo: number } {
  return { spoken: plain(text.slice(from)), upTo: Math.max(from, text.length) };
}
