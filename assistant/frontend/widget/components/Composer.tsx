/** Where the contact writes: Enter sends, Shift+Enter makes a line, an input method's Enter does neither. */
import type { JSX } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../../shared/components/Icon";
import { SEND } from "../../shared/icons";
import { t } from "../../shared/lang";
import { countCodePoints } from "../../shared/text";
import type { Client } from "../client";

/** The counter appears when this few code points are left. */
const NEAR_LIMIT = 300;
const TALLEST_PX = 132;

export function Composer({ client }: { client: Client }): JSX.Element {
  const [text, setText] = useState(client.draft);
  const area = useRef<HTMLTextAreaElement>(null);
  const left = client.view.limits.text - countCodePoints(text);
  const isReady = text.trim() !== "" && left >= 0;

  useLayoutEffect(() => {
    if (!area.current) return;
    area.current.style.height = "auto";
    area.current.style.height = `${Math.min(area.current.scrollHeight, TALLEST_PX)}px`;
  }, [text]);

  const change = (value: string): void => {
    setText(value);
    client.draft = value;
  };
  const send = (): void => {
    if (isReady && client.say(text.trim())) change("");
    area.current?.focus();
  };

  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={area}
        rows={1}
        dir="auto"
        value={text}
        placeholder={t("widget_placeholder")}
        aria-label={t("widget_placeholder")}
        aria-describedby="deskside-left"
        aria-invalid={left < 0}
        onInput={(event) => {
          change(event.currentTarget.value);
          client.noteTyping();
        }}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <button type="submit" class="send" aria-label={t("widget_send")} disabled={!isReady}>
        <Icon path={SEND} />
      </button>
      <p id="deskside-left" class={left < 0 ? "left left-over" : "left"} hidden={left > NEAR_LIMIT}>
        {left < 0 ? t("widget_too_long", { n: -left }) : t("widget_left", { n: left })}
      </p>
    </form>
  );
}
