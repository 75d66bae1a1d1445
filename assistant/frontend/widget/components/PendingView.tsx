/** A message on its way: marked as such when it takes long, with a way out when it was refused. */
import type { JSX } from "preact";
import { sayError, t } from "../../shared/lang";
import type { Pending } from "../../shared/thread";
import type { Client } from "../client";

export function PendingView({ item, client }: { item: Pending; client: Client }): JSX.Element {
  const isFailed = item.failed !== null;
  return (
    <article class={`said said-contact is-own ${isFailed ? "is-failed" : ""}`}>
      <div class="said-text" dir="auto">
        <p class="said-plain">{item.text}</p>
      </div>
      {!isFailed && !item.stored && <footer class="said-foot sending">{t("widget_sending")}</footer>}
      {isFailed && (
        <footer class="said-foot">
          <span>{sayError(item.failed ?? "", "", "widget_not_sent")}</span>
          <button type="button" class="quiet" onClick={() => client.sayAgain(item.id)}>
            {t("common_try_again")}
          </button>
        </footer>
      )}
    </article>
  );
}
