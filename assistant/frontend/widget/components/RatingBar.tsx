/** Was the latest answer any good? Asked quietly below it; one may think again. */
import type { JSX } from "preact";
import { Icon } from "../../shared/components/Icon";
import { THUMB } from "../../shared/icons";
import { t } from "../../shared/lang";
import type { Client } from "../client";

export function RatingBar({ m, client }: { m: string; client: Client }): JSX.Element {
  const { rating } = client.view.thread;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be announced as a form
    <div class="said-foot" role="group" aria-labelledby="deskside-helpful">
      <span id="deskside-helpful">{t("widget_helpful")}</span>
      {(["up", "down"] as const).map((v) => (
        <button
          key={v}
          type="button"
          class={`quiet rate-${v}`}
          aria-label={t(`widget_rate_${v}`)}
          aria-pressed={rating?.m === m && rating.v === v}
          onClick={() => client.rate(m, v)}
        >
          <Icon path={THUMB} />
        </button>
      ))}
    </div>
  );
}
