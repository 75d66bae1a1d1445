/** What was said, newest at the bottom; follows the end unless the reader scrolled away from it. */
import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { TypingDots } from "../../shared/components/TypingDots";
import { UtteranceView } from "../../shared/components/UtteranceView";
import { t } from "../../shared/lang";
import { findRatable, findRunning, type Utterance } from "../../shared/thread";
import type { Client } from "../client";
import { PendingView } from "./PendingView";
import { RatingBar } from "./RatingBar";

const NEAR_END_PX = 60;

export function Conversation({ client }: { client: Client }): JSX.Element {
  const thread = client.view.thread;
  const scroller = useRef<HTMLElement>(null);
  const [isFollowing, setFollowing] = useState(true);
  const isThinking = thread.isAwaiting && thread.isLive && findRunning(thread) === null;
  const pendingCount = thread.pending.length;

  const goToEnd = (): void => {
    if (scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
  };
  useLayoutEffect(() => {
    if (isFollowing) goToEnd();
  });
  useLayoutEffect(() => {
    setFollowing(true);
    goToEnd();
  }, [pendingCount]);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    // A panel that was hidden, or a phone's keyboard: the height changes and the end must stay in sight.
    const observer = new ResizeObserver(() => isNearEnd(element, 400) && goToEnd());
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  return (
    <div class="thread-wrap">
      <section
        ref={scroller}
        class="thread"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        tabIndex={0}
        aria-label={t("widget_messages")}
        onScroll={(event) => setFollowing(isNearEnd(event.currentTarget, NEAR_END_PX))}
      >
        <Greeting client={client} />
        {thread.entries.map((entry, i) => (
          <EntryView key={entry.m} entry={entry} before={thread.entries[i - 1]} client={client} />
        ))}
        {thread.pending.map((item) => (
          <PendingView key={item.id} item={item} client={client} />
        ))}
        {(isThinking || thread.typing !== null) && (
          <div class="said said-assistant">
            <div class="said-text">
              <TypingDots label={t("common_writing")} />
            </div>
          </div>
        )}
      </section>
      {!isFollowing && (
        <button type="button" class="to-end" onClick={goToEnd}>
          {t("widget_newest")}
        </button>
      )}
    </div>
  );
}

function Greeting({ client }: { client: Client }): JSX.Element | null {
  const inbox = client.view.inbox;
  if (!inbox?.greeting) return null;
  const greeting: Utterance = {
    s: 0,
    m: "greeting",
    from: { kind: "assistant", name: inbox.assistant },
    text: inbox.greeting,
    length: 0,
    at: "",
    cites: [],
    isStreaming: false,
    why: null,
  };
  return <UtteranceView utterance={greeting} isOwn={false} name={inbox.assistant} />;
}

function EntryView({
  entry,
  before,
  client,
}: {
  entry: Utterance;
  before: Utterance | undefined;
  client: Client;
}): JSX.Element {
  const isRun = before?.from.kind === entry.from.kind && before.from.name === entry.from.name;
  const isOwn = entry.from.kind === "contact";
  const name = isOwn || isRun ? "" : nameOf(entry, client);
  return (
    <>
      <UtteranceView utterance={entry} isOwn={isOwn} name={name} />
      {entry === findRatable(client.view.thread) && <RatingBar m={entry.m} client={client} />}
    </>
  );
}

function nameOf(entry: Utterance, client: Client): string {
  if (entry.from.kind === "system") return "";
  if (entry.from.kind === "agent") return entry.from.name || t("widget_agent");
  return client.view.inbox?.assistant || entry.from.name || t("widget_assistant");
}

function isNearEnd(element: HTMLElement, px: number): boolean {
  return element.scrollHeight - element.scrollTop - element.clientHeight < px;
}
