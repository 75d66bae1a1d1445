/** Which inbox this is and who answers right now. */
import type { JSX } from "preact";
import { Icon } from "../../shared/components/Icon";
import { Avatar } from "../../shared/components/UtteranceView";
import { CLOSE } from "../../shared/icons";
import { t } from "../../shared/lang";
import type { Client } from "../client";

export function Header({ client, close }: { client: Client; close: () => void }): JSX.Element {
  const { state, agent } = client.view.thread;
  const kind = state === "human" ? "agent" : "assistant";
  return (
    <div class="head">
      <Avatar from={{ kind, name: agent ?? "" }} />
      <div class="head-words">
        <h1 dir="auto">{client.view.inbox?.name ?? t("widget_title")}</h1>
        <p dir="auto">
          <span class={`lamp lamp-${state}`} />
          {describeOwner(client)}
        </p>
      </div>
      <button type="button" class="head-button" aria-label={t("widget_close")} onClick={close}>
        <Icon path={CLOSE} />
      </button>
    </div>
  );
}

function describeOwner(client: Client): string {
  const { state, agent, position } = client.view.thread;
  switch (state) {
    case "queued":
      return position === null ? t("widget_waiting") : t("widget_waiting_position", { n: position });
    case "human":
      return agent ?? t("widget_agent");
    case "resolved":
      return t("widget_resolved");
    case "assistant": {
      const name = client.view.inbox?.assistant;
      return name ? t("widget_assistant_named", { name }) : t("widget_assistant");
    }
  }
}
