/** An error, said kindly, with the seconds until we try again by ourselves. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../../shared/components/Icon";
import { CLOSE } from "../../shared/icons";
import { sayError, t } from "../../shared/lang";
import type { Client } from "../client";

export function TroubleBar({ client }: { client: Client }): JSX.Element {
  const { trouble } = client.view;
  const until = trouble?.until ?? null;
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    if (until === null) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [until]);
  const seconds = until === null ? 0 : Math.ceil((until - Math.max(now, 0)) / 1000);
  const isOver = until !== null && seconds <= 0;

  return (
    <div role="status">
      {trouble && !isOver && (
        <p class="bar bar-warn">
          <span>
            {sayError(trouble.code)}
            {seconds > 0 && <span aria-hidden="true"> {t("widget_retry_in", { n: seconds })}</span>}
          </span>
          <button type="button" class="quiet" aria-label={t("common_dismiss")} onClick={() => client.dismissTrouble()}>
            <Icon path={CLOSE} />
          </button>
        </p>
      )}
    </div>
  );
}
