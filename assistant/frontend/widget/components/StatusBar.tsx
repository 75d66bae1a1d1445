/** Says when the line is down, and what happens about it; quiet for the first moment, which is often enough. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { sayError, t } from "../../shared/lang";
import type { Client } from "../client";

const PATIENCE_MS = 1_500;

export function StatusBar({ client }: { client: Client }): JSX.Element {
  const status = client.view.status;
  const isDown = status.is === "waiting" || status.is === "connecting";
  const [isLate, setLate] = useState(false);
  useEffect(() => {
    setLate(false);
    if (!isDown) return;
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, [isDown]);

  return (
    <div class="status" role="status">
      {status.is === "stopped" && (
        <p class="bar bar-bad">
          <span>{sayError(status.reason, "", "error_stopped")}</span>
          <button type="button" class="quiet" onClick={() => client.retry()}>
            {t("common_try_again")}
          </button>
        </p>
      )}
      {isDown && isLate && <p class="bar">{navigator.onLine ? t("widget_reconnecting") : t("widget_offline")}</p>}
    </div>
  );
}
