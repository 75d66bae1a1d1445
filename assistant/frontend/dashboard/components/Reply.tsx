/** Where the agent writes; only the owner of a conversation can, anybody else sees how to become it. */
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { sayError, t } from "../../shared/lang";
import { countCodePoints } from "../../shared/text";
import { type DeskClient, ownsReply } from "../client";
import { isForReply } from "../copilot";
import { ArticleButton, HelpRow, SummariseButton } from "./HelpRow";
import { Sources } from "./Sources";

const LONGEST = 4_000;
const NEAR_LIMIT = 300;
const TALLEST_PX = 220;

export function Reply({ client }: { client: DeskClient }): JSX.Element {
  const row = client.row.value;
  if (!ownsReply(row)) return <Invitation client={client} />;
  return <Composer client={client} />;
}

function Invitation({ client }: { client: DeskClient }): JSX.Element {
  const row = client.row.value;
  if (client.me.value && !client.may("take_over")) return <Onlooker />;
  const words = row ? t(`desk_invite_${row.state}`, { name: row.assignee ?? t("desk_state_human") }) : "";
  return (
    <div class="invitation">
      <p>{words}</p>
      {row && (
        <span class="help-row">
          <SummariseButton client={client} />
          <ArticleButton client={client} />
          <button
            type="button"
            class="primary"
            aria-disabled={client.isBusy.value}
            onClick={() => void client.change("take-over").then(() => document.getElementById("reply")?.focus())}
          >
            {t("desk_take_over")}
          </button>
        </span>
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

function Composer({ client }: { client: DeskClient }): JSX.Element {
  const { copilot } = client;
  const text = copilot.text.value;
  const area = useRef<HTMLTextAreaElement>(null);
  const left = LONGEST - countCodePoints(text);
  const isReady = text.trim() !== "" && left >= 0;
  useLayoutEffect(() => {
    if (!area.current) return;
    area.current.style.height = "auto";
    area.current.style.height = `${Math.min(area.current.scrollHeight, TALLEST_PX)}px`;
  }, [text]);

  const send = (): void => {
    if (!isReady) return;
    void client.reply(text.trim());
    copilot.clear();
    area.current?.focus();
  };
  return (
    <>
      <HelpRow client={client} isTooLong={left < 0} changed={() => area.current?.focus()} />
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
            copilot.write(event.currentTarget.value);
            client.noteTyping();
          }}
          onKeyDown={(event) => {
            if (event.key === "Escape") event.currentTarget.blur();
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            send();
          }}
        />
        <Remarks client={client} />
        <div class="reply-foot">
          <span class={left < 0 ? "hint is-over" : "hint"}>
            {left > NEAR_LIMIT ? t("desk_reply_hint") : t("desk_left", { n: left })}
          </span>
          <button type="submit" class="primary" disabled={!isReady}>
            {t("desk_send")}
          </button>
        </div>
      </form>
    </>
  );
}

/** What is being written for the box, how that was made, or why it was not. */
function Remarks({ client }: { client: DeskClient }): JSX.Element | null {
  const { busy, error, made } = client.copilot;
  const code = error.value && isForReply(error.value.help) ? error.value.code : null;
  const isBusy = isForReply(busy.value);
  if (!isBusy && code === null && !made.value) return null;
  return (
    <div class="reply-remarks" role={code === null ? "status" : "alert"}>
      {code !== null && <p class="hint is-over">{sayError(code, "desk_")}</p>}
      {isBusy ? <p class="hint">{t("common_writing")}</p> : made.value && <Sources client={client} made={made.value} />}
    </div>
  );
}
