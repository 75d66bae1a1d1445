/** Search among all conversations; asks the server when the typing pauses. */
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { Icon } from "../../shared/components/Icon";
import { SEARCH } from "../../shared/icons";
import { t } from "../../shared/lang";
import type { DeskClient } from "../client";

const PAUSE_MS = 250;

export function SearchBox({ client }: { client: DeskClient }): JSX.Element {
  const [text, setText] = useState("");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const change = (value: string): void => {
    setText(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => client.search(value.trim()), PAUSE_MS);
  };
  return (
    <search class="search">
      <Icon path={SEARCH} />
      <input
        id="search"
        type="search"
        dir="auto"
        value={text}
        placeholder={t("desk_search")}
        aria-label={t("desk_search")}
        onInput={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          change("");
          event.currentTarget.blur();
        }}
      />
      <kbd>/</kbd>
    </search>
  );
}
