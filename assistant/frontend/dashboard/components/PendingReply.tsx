/** A reply on its way to the server, or refused by it. */
import type { JSX } from "preact";
import { sayError, t } from "../../shared/lang";
import type { Pending } from "../../shared/thread";
import type { DeskClient } from "../client";

export function PendingReply({ item, client }: { item: Pending; client: DeskClient }): JSX.Element {
  const isFailed = item.failed !== null;
  return (
    <article class={`said said-agent is-own ${isFailed ? "is-failed" : ""}`}>
      <div class="said-text" dir="auto">
        <p class="said-plain">{item.text}</p>
      </div>
      <footer class="said-foot">
        {isFailed ? (
          <>
            <span>{sayError(item.failed ?? "", "desk_", "desk_not_sent")}</span>
            <button type="button" class="link" onClick={() => void client.replyAgain(item.id)}>
              {t("common_try_again")}
            </button>
          </>
        ) : (
          <span>{t("desk_sending")}</span>
        )}
      </footer>
    </article>
  );
}
