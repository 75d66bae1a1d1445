/** What was said so far in short, above the thread, until it is dismissed. */
import type { JSX } from "preact";
import { Icon } from "../../shared/components/Icon";
import { drawInline } from "../../shared/components/Markdown";
import { CLOSE } from "../../shared/icons";
import { sayError, t } from "../../shared/lang";
import { parsePlain } from "../../shared/markdown/plain";
import type { DeskClient } from "../client";
import { type Helped, isForReply } from "../copilot";
import { PlaceholderChip } from "./PlaceholderChip";
import { Sources } from "./Sources";

export function Summary({ client }: { client: DeskClient }): JSX.Element | null {
  const { busy, error, summary } = client.copilot;
  const code = error.value && !isForReply(error.value.help) ? error.value.code : null;
  if (busy.value !== null && !isForReply(busy.value)) {
    return (
      <p class="notice summary hint" role="status">
        {t("common_writing")}
      </p>
    );
  }
  if (code === null && !summary.value) return null;
  return (
    <section class={code ? "notice notice-bad summary" : "notice summary"} aria-label={t("desk_help_summary")}>
      <div class="summary-text" role={code ? "alert" : "status"}>
        {code ? <p>{sayError(code, "desk_")}</p> : summary.value && <Text client={client} made={summary.value} />}
      </div>
      <button
        type="button"
        class="icon-button"
        aria-label={t("common_dismiss")}
        onClick={() => client.copilot.dismiss()}
      >
        <Icon path={CLOSE} />
      </button>
    </section>
  );
}

function Text({ client, made }: { client: DeskClient; made: Helped }): JSX.Element {
  const placeholder = (label: string): JSX.Element => <PlaceholderChip label={label} client={client} />;
  return (
    <>
      <h3>{t("desk_help_summary")}</h3>
      <p class="said-plain" dir="auto">
        {drawInline(parsePlain(made.text), { mayLink: () => false, placeholder })}
      </p>
      <Sources client={client} made={made} />
    </>
  );
}
