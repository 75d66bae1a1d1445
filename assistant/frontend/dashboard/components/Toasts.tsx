/** What went wrong, for a few seconds. */
import type { JSX } from "preact";
import { Icon } from "../../shared/components/Icon";
import { CLOSE } from "../../shared/icons";
import { sayError, t } from "../../shared/lang";
import type { DeskClient } from "../client";

export function Toasts({ client }: { client: DeskClient }): JSX.Element {
  return (
    <div class="toasts" role="status">
      {client.toasts.value.map((toast) => (
        <p key={toast.id} class="toast">
          <span>{sayError(toast.code, "desk_")}</span>
          <button
            type="button"
            class="icon-button"
            aria-label={t("common_dismiss")}
            onClick={() => client.dismiss(toast.id)}
          >
            <Icon path={CLOSE} />
          </button>
        </p>
      ))}
    </div>
  );
}
