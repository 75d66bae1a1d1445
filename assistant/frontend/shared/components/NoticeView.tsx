/** A line in the thread: the conversation has a new owner. */
import type { JSX } from "preact";
import { t } from "../lang";
import type { Notice } from "../thread";

export function NoticeView({ notice }: { notice: Notice }): JSX.Element {
  return (
    <p class="notice">
      <span dir="auto">{describe(notice)}</span>
    </p>
  );
}

function describe({ state, agent }: Notice): string {
  switch (state) {
    case "assistant":
      return t("common_notice_assistant");
    case "queued":
      return t("common_notice_queued");
    case "human":
      return agent ? t("common_notice_human_named", { name: agent }) : t("common_notice_human");
    case "resolved":
      return t("common_notice_resolved");
  }
}
