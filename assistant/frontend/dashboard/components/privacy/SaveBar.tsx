/** What is not saved yet, and what the server said to it. Always there, so that nothing jumps. */
import type { JSX } from "preact";
import { sayError, t } from "../../../shared/lang";
import type { PrivacyDesk, Refusal } from "../../privacy";

export function SaveBar({ desk }: { desk: PrivacyDesk }): JSX.Element {
  const isDirty = desk.isDirty.value;
  const refusal = desk.refusal.value;
  const isBusy = desk.isSaving.value;
  const isWhole = (desk.draft.value?.retention_days ?? 0) >= 1;
  return (
    <footer class="save-bar">
      <p role="status" class={refusal ? "is-over" : ""}>
        {refusal ? sayRefusal(refusal) : desk.isSaved.value ? t("desk_privacy_saved") : t(words(isDirty))}
        {refusal?.code === "conflict" && (
          <button type="button" class="link" onClick={() => void desk.load()}>
            {t("desk_privacy_reload")}
          </button>
        )}
      </p>
      <button type="button" class="action" disabled={!isDirty || isBusy} onClick={() => desk.discard()}>
        {t("desk_privacy_discard")}
      </button>
      <button type="button" class="primary" disabled={!isDirty || isBusy || !isWhole} onClick={() => void desk.save()}>
        {t("desk_privacy_save")}
      </button>
    </footer>
  );
}

function words(isDirty: boolean): "desk_privacy_unsaved" | "desk_privacy_unchanged" {
  return isDirty ? "desk_privacy_unsaved" : "desk_privacy_unchanged";
}

/** The server names the row and the reason; what has words of ours is said in them. */
function sayRefusal({ code, detail }: Refusal): string {
  const ours = sayError(code, "desk_privacy_");
  return ["bad_pattern", "bad_field", "too_many", "unknown_kind"].includes(code) && detail ? `${ours} ${detail}` : ours;
}
