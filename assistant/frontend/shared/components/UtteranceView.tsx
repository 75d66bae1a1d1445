/** One thing that was said: who, what, its sources, when. The same in the widget and on the dashboard. */
import type { ComponentChildren, JSX } from "preact";
import type { Author } from "../frames";
import { PERSON, SPARK } from "../icons";
import { formatTime, t } from "../lang";
import { isSafe, linkRule } from "../markdown/links";
import { parsePlain } from "../markdown/plain";
import type { Utterance } from "../thread";
import { Citations } from "./Citations";
import { Icon } from "./Icon";
import { drawInline, Markdown } from "./Markdown";
import { TypingDots } from "./TypingDots";

interface Props {
  utterance: Utterance;
  /** Which side reads: own messages stand at the end of the line. */
  isOwn: boolean;
  /** The name shown; empty hides the line, as for a second message in a row. */
  name: string;
  /** Shows when it was said, even in a run of messages. */
  isTimed?: boolean;
  placeholder?: ((label: string) => ComponentChildren) | undefined;
}

export function UtteranceView({ utterance, isOwn, name, isTimed = false, placeholder }: Props): JSX.Element {
  const { from, cites, isStreaming, at } = utterance;
  const time = isStreaming ? "" : formatTime(at);
  return (
    <article class={`said said-${from.kind} ${isOwn ? "is-own" : ""}`} aria-busy={isStreaming} data-s={utterance.s}>
      {name !== "" && (
        <header class="said-who">
          <Avatar from={from} />
          <span dir="auto">{name}</span>
        </header>
      )}
      <div class="said-text" dir="auto">
        <Body utterance={utterance} placeholder={placeholder} />
      </div>
      <Citations cites={cites} />
      <Footer utterance={utterance} time={isTimed ? time : ""} />
    </article>
  );
}

function Body({ utterance, placeholder }: Pick<Props, "utterance" | "placeholder">): JSX.Element {
  const { from, text, cites, isStreaming } = utterance;
  if (isStreaming && text === "") return <TypingDots label={t("common_writing")} />;
  if (from.kind === "contact" || from.kind === "system") {
    return <p class="said-plain">{drawInline(parsePlain(text), { mayLink: () => false, placeholder })}</p>;
  }
  const cite = (n: number): ComponentChildren => {
    const source = cites.find((other) => other.n === n);
    if (!source) return null;
    if (!isSafe(source.url)) return <sup class="ref">{n}</sup>;
    return (
      <a class="ref" href={source.url} target="_blank" rel="noopener noreferrer" aria-label={t("common_source", { n })}>
        {n}
      </a>
    );
  };
  return (
    <Markdown
      text={text}
      isStreaming={isStreaming}
      mayLink={linkRule(from.kind, cites)}
      cite={from.kind === "assistant" ? cite : undefined}
      placeholder={placeholder}
    />
  );
}

function Footer({ utterance, time }: { utterance: Utterance; time: string }): JSX.Element | null {
  const { why } = utterance;
  const remark = why === "stopped" ? t("common_stopped") : why === "failed" ? t("common_broken_off") : "";
  if (remark === "" && time === "") return null;
  return (
    <footer class="said-foot">
      {remark !== "" && <span>{remark}</span>}
      {time !== "" && <time dateTime={utterance.at}>{time}</time>}
    </footer>
  );
}

export function Avatar({ from }: { from: Author }): JSX.Element {
  return (
    <span class={`avatar avatar-${from.kind}`} aria-hidden="true">
      {from.kind === "agent" ? initials(from.name) : <Icon path={from.kind === "assistant" ? SPARK : PERSON} />}
    </span>
  );
}

function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  return [words[0], words.length > 1 ? words.at(-1) : ""]
    .map((word) => Array.from(word ?? "")[0] ?? "")
    .join("")
    .toUpperCase();
}
