/** One conversation in the list: who, what was said last, who has it, how long it waits. */
import type { JSX } from "preact";
import { Icon } from "../../shared/components/Icon";
import type { Row } from "../../shared/frames";
import { VERIFIED } from "../../shared/icons";
import { formatTime, formatWait, t } from "../../shared/lang";
import { plain } from "../../shared/text";
import type { DeskClient } from "../client";
import { isWaiting } from "../desk";
import { nameContact, withoutBrackets } from "../format";
import { StateChip } from "./StateChip";

export function RowView({ row, client }: { row: Row; client: DeskClient }): JSX.Element {
  const isCurrent = client.selected.value === row.id;
  const isUnread = !isCurrent && client.remembered.isUnread(row);
  return (
    <li>
      <button
        type="button"
        class={isUnread ? "row is-unread" : "row"}
        aria-current={isCurrent}
        onClick={() => client.select(row.id)}
      >
        <span class="row-head">
          {isUnread && <span class="unread" role="img" aria-label={t("desk_unread")} />}
          <span class="row-name" dir="auto">
            {nameContact(row)}
          </span>
          {row.is_verified && (
            <span class="verified" role="img" aria-label={t("desk_verified")} title={t("desk_verified")}>
              <Icon path={VERIFIED} />
            </span>
          )}
          <Age row={row} now={client.now.value} />
        </span>
        <span class="row-preview" dir="auto">
          {plain(withoutBrackets(row.preview))}
        </span>
        <span class="row-foot">
          <StateChip row={row} />
          {row.pending === "handoff_offer" && row.state === "assistant" && (
            <span class="chip chip-queued">{t("desk_offer")}</span>
          )}
          <span class="row-inbox">{row.inbox}</span>
          <span class="row-language">{row.language}</span>
        </span>
      </button>
    </li>
  );
}

function Age({ row, now }: { row: Row; now: number }): JSX.Element {
  if (row.waiting_since && isWaiting(row)) {
    return (
      <span class="row-age is-waiting" title={t("desk_waits_since", { time: formatTime(row.waiting_since) })}>
        {formatWait(row.waiting_since, now)}
      </span>
    );
  }
  return <span class="row-age">{formatTime(row.updated_at, new Date(now))}</span>;
}
