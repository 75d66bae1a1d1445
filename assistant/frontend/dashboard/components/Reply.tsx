/** Where the agent writes; only the owner of a conversation can, anybody else sees how to become it. */
import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { t } from "../../shared/lang";
import { countCodePoints } from "../../shared/text";
import { type DeskClient, ownsReply } from "../client";

const LONGEST = 4_000;
const NEAR_LIMIT = 300;
const TALLEST_PX = 220;

export function Reply({ client, id }: { client: DeskClient; id: string }): JSX.Element {
  const row = client.row.value;
  if (!ownsReply(row)) return <Invitation client={client} />;
  return <Composer client={client} id={id} />;
}

function Invitation({ client }: { client: DeskClient }): JSX.Element {
  const row = client.row.value;
  if (client.me.value && !client.may("take_over")) return <Onlooker />;
  const words = row ? t(`desk_invite_${row.state}`, { name: row.assignee ?? t("desk_state_human") }) : "";
  return (
    <div class="invitation">
      <p>{words}</p>
      {row && (
        <button
          type="button"
          class="primary"
          aria-disabled={client.isBusy.value}
          onClick={() => void client.change("take-over").then(() => document.getElementById("reply")?.focus())}
        >
          {t("desk_take_over")}
        </button>
      )}
    </div>
  );
}

/** Whoever follows conversations and does not answer. */
function Onlooker(): JSX.Element {
  return (
    <div class="invitation">
      <p>{t("desk_invite_observer")}</p>
    </div>
  );
}

function Composer({ client, id }: { client: DeskClient; id: string }): JSX.Element {
  const [text, setText] = useState(client.remembered.draftOf(id));
  const area = useRef<HTMLTextAreaElement>(null);
  const left = LONGEST - countCodePoints(text);
  const isReady = text.trim() !== "" && left >= 0;
  useLayoutEffect(() => {
    if (!area.current) return;
    area.current.style.height = "auto";
    area.current.style.height = `${Math.min(area.current.scrollHeight, TALLEST_PX)}px`;
  }, [text]);

  const change = (value: string): void => {
    setText(value);
    client.remembered.keepDraft(id, value);
  };
  const send = (): void => {
    if (!isReady) return;
    void client.reply(text.trim());
    change("");
    area.current?.focus();
  };
  return (
    <form
      class="reply"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        id="reply"
        ref={area}
        rows={2}
        dir="auto"
        value={text}
        placeholder={t("desk_reply")}
        aria-label={t("desk_reply")}
        aria-invalid={left < 0}
        onInput={(event) => {
          change(event.currentTarget.value);
          client.noteTyping();
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <div class="reply-foot">
        <span class={left < 0 ? "hint is-over" : "hint"}>
          {left > NEAR_LIMIT ? t("desk_reply_hint") : t("desk_left", { n: left })}
        </span>
        <button type="submit" class="primary" disabled={!isReady}>
          {t("desk_send")}
        </button>
      </div>
    </form>
  );
}
