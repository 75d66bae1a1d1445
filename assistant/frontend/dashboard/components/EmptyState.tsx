/** Nothing is selected: say what to do next. */
import type { JSX } from "preact";
import { Icon } from "../../shared/components/Icon";
import { INBOX } from "../../shared/icons";
import { t } from "../../shared/lang";
import type { DeskClient } from "../client";

export function EmptyState({ client }: { client: DeskClient }): JSX.Element {
  const count = client.desk.value.counts?.waiting ?? 0;
  return (
    <div class="empty">
      <Icon path={INBOX} />
      <h2>{count > 0 ? t("desk_pick_waiting", { n: count }) : t("desk_pick")}</h2>
      <p>{t("desk_pick_hint")}</p>
      {count > 0 && (
        <button
          type="button"
          class="primary"
          onClick={() => {
            client.choose("waiting");
            client.step(1);
          }}
        >
          {t("desk_open_longest")}
        </button>
      )}
      <p class="keys">
        <kbd>j</kbd> <kbd>k</kbd> {t("desk_key_move")} · <kbd>?</kbd> {t("desk_key_help")}
      </p>
    </div>
  );
}
