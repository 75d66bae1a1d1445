/** The thread as the agent sees it: everybody named, timed, with placeholders that can be opened. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { TypingDots } from "../../shared/components/TypingDots";
import { UtteranceView } from "../../shared/components/UtteranceView";
import { t } from "../../shared/lang";
import { findRunning, type Utterance } from "../../shared/thread";
import type { DeskClient } from "../client";
import { nameContact } from "../format";
import { PendingReply } from "./PendingReply";
import { PlaceholderChip } from "./PlaceholderChip";

const NEAR_END_PX = 80;

export function Messages({ client }: { client: DeskClient }): JSX.Element {
  const thread = client.thread.value;
  const scroller = useRef<HTMLElement>(null);
  const isFollowing = useRef(true);
  const follow = (): void => {
    const element = scroller.current;
    if (element && isFollowing.current) element.scrollTop = element.scrollHeight;
  };
  useLayoutEffect(follow);
  useEffect(() => {
    // A summary above or a longer text below takes room from the end of the thread.
    const watch = new ResizeObserver(follow);
    if (scroller.current) watch.observe(scroller.current);
    return () => watch.disconnect();
  }, []);
  const placeholder = (label: string): ComponentChildren => <PlaceholderChip label={label} client={client} />;
  const contact = nameContact(client.row.value);
  const isContact = thread.typing === "contact" || thread.typing === "";
  const isEmpty = thread.entries.length === 0 && thread.pending.length === 0;

  return (
    <section
      ref={scroller}
      class="messages"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
      tabIndex={0}
      aria-label={t("desk_messages")}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        isFollowing.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
      }}
    >
      {isEmpty && <p class="list-end">{thread.isLive ? t("desk_no_messages") : t("desk_loading")}</p>}
      {thread.entries.map((entry, i) => (
        <EntryView
          key={entry.m}
          entry={entry}
          before={thread.entries[i - 1]}
          contact={contact}
          placeholder={placeholder}
        />
      ))}
      {thread.pending.map((item) => (
        <PendingReply key={item.id} item={item} client={client} />
      ))}
      {thread.typing !== null && <Dots label={t("desk_types", { name: isContact ? contact : thread.typing })} />}
      {thread.isAwaiting && thread.isLive && findRunning(thread) === null && <Dots isOwn label={t("common_writing")} />}
    </section>
  );
}

interface EntryProps {
  entry: Utterance;
  before: Utterance | undefined;
  contact: string;
  placeholder(label: string): ComponentChildren;
}

function EntryView({ entry, before, contact, placeholder }: EntryProps): JSX.Element {
  const isRun = before?.from.kind === entry.from.kind && before.from.name === entry.from.name;
  const isOurs = entry.from.kind === "assistant" || entry.from.kind === "agent";
  return (
    <UtteranceView
      utterance={entry}
      isOwn={isOurs}
      name={isRun ? "" : nameOf(entry, contact)}
      isTimed
      placeholder={placeholder}
    />
  );
}

/** Who said it; empty for the system. */
export function nameOf({ from }: Utterance, contact: string): string {
  if (from.kind === "contact") return contact;
  if (from.kind === "system") return "";
  return from.name || t(from.kind === "agent" ? "desk_state_human" : "desk_assistant");
}

function Dots({ label, isOwn = false }: { label: string; isOwn?: boolean }): JSX.Element {
  return (
    <div class={isOwn ? "said said-assistant is-own" : "said said-contact"}>
      <div class="said-text">
        <TypingDots label={label} />
      </div>
    </div>
  );
}
