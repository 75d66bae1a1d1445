/** Where one is, whether the line stands, and the way out. */
import type { JSX } from "preact";
import { Icon } from "../../shared/components/Icon";
import { BOOK, EXIT, HELP, INBOX, MOON, SHIELD, SUN } from "../../shared/icons";
import { t } from "../../shared/lang";
import type { DeskClient } from "../client";
import { theme, toggleTheme } from "../remembered";

interface Props {
  client: DeskClient;
  csrf: string;
  logout: string;
  openHelp(): void;
}

export function TopBar({ client, csrf, logout, openHelp }: Props): JSX.Element {
  const me = client.me.value;
  return (
    <header class="top">
      <span class="mark" aria-hidden="true" />
      <p class="top-title">
        {t("desk_title")}
        {me && <span class="top-tenant">{me.tenant.name}</span>}
      </p>
      {(client.may("see_privacy") || client.may("see_knowledge")) && <Rooms client={client} />}
      <Line client={client} />
      <span class="spring" />
      {me && (
        <span class="top-me" title={`${me.email} · ${me.role}`}>
          {me.name}
        </span>
      )}
      <button
        type="button"
        class="icon-button"
        aria-label={t("desk_key_help")}
        title={t("desk_key_help")}
        onClick={openHelp}
      >
        <Icon path={HELP} />
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={t(theme.value === "dark" ? "desk_theme_light" : "desk_theme_dark")}
        onClick={toggleTheme}
      >
        <Icon path={theme.value === "dark" ? SUN : MOON} />
      </button>
      <form method="post" action={logout}>
        <input type="hidden" name="csrfmiddlewaretoken" value={csrf} />
        <button type="submit" class="icon-button" aria-label={t("desk_log_out")} title={t("desk_log_out")}>
          <Icon path={EXIT} />
        </button>
      </form>
    </header>
  );
}

/** The pages of the dashboard. Links, so that they open in a tab of their own. */
function Rooms({ client }: { client: DeskClient }): JSX.Element {
  const room = client.room.value;
  const conversation = client.selected.value ?? "";
  return (
    <nav class="rooms" aria-label={t("desk_rooms")}>
      <a href={`#${conversation}`} aria-current={room === "desk" ? "page" : undefined}>
        <Icon path={INBOX} />
        <span>{t("desk_conversations")}</span>
      </a>
      {client.may("see_knowledge") && (
        <a href="#knowledge/gaps" aria-current={room === "knowledge" ? "page" : undefined}>
          <Icon path={BOOK} />
          <span>{t("desk_knowledge")}</span>
        </a>
      )}
      {client.may("see_privacy") && (
        <a href="#privacy" aria-current={room === "privacy" ? "page" : undefined}>
          <Icon path={SHIELD} />
          <span>{t("desk_privacy")}</span>
        </a>
      )}
    </nav>
  );
}

function Line({ client }: { client: DeskClient }): JSX.Element {
  const status = client.status.value;
  const isOpen = status.is === "open";
  const words = isOpen ? t("desk_live") : status.is === "stopped" ? t("desk_stopped") : t("desk_reconnecting");
  return (
    <span class={isOpen ? "line line-live" : "line"} role="status">
      {words}
      {status.is === "stopped" && (
        <button type="button" class="link" onClick={() => client.retry()}>
          {t("common_try_again")}
        </button>
      )}
    </span>
  );
}
