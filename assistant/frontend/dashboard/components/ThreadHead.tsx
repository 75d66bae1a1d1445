/** Whose conversation this is and what can be done with it, each with its key. */
import type { JSX } from "preact";
import { Icon } from "../../shared/components/Icon";
import type { Row } from "../../shared/frames";
import { BACK, CHECK, EYE, HAND, PANEL, PERSON } from "../../shared/icons";
import { formatWait, t, tOr } from "../../shared/lang";
import type { OwnerAction } from "../api";
import { type DeskClient, ownsReply } from "../client";
import { isWaiting } from "../desk";
import { hiddenIn, nameContact } from "../format";
import { StateChip } from "./StateChip";

export function ThreadHead({ client }: { client: DeskClient }): JSX.Element {
  const row = client.row.value;
  return (
    <header class="thread-head">
      <button
        type="button"
        class="icon-button only-narrow"
        aria-label={t("desk_back")}
        onClick={() => client.select(null)}
      >
        <Icon path={BACK} />
      </button>
      <div class="thread-title">
        <h2 dir="auto">{nameContact(row)}</h2>
        {row && (
          <p>
            <StateChip row={row} />
            <Reason row={row} now={client.now.value} />
          </p>
        )}
      </div>
      {row && client.may("reveal") && <ShowAll client={client} />}
      {row && <Buttons client={client} row={row} />}
      <button
        type="button"
        class="icon-button only-middle"
        aria-label={t("desk_customer")}
        aria-pressed={client.page.value === "customer"}
        onClick={() => {
          client.page.value = client.page.value === "customer" ? "thread" : "customer";
        }}
      >
        <Icon path={PANEL} />
      </button>
    </header>
  );
}

function Reason({ row, now }: { row: Row; now: number }): JSX.Element {
  const words = [
    row.waiting_since && isWaiting(row) ? t("desk_waits", { time: formatWait(row.waiting_since, now) }) : "",
    row.reason && row.state === "queued" ? tOr(`desk_reason_${row.reason}`, "desk_reason_other") : "",
    row.inbox,
  ];
  return <span>{words.filter(Boolean).join(" · ")}</span>;
}

/** Look behind every placeholder of the conversation at once, or hide what is shown. */
function ShowAll({ client }: { client: DeskClient }): JSX.Element {
  const { reveals } = client;
  const hidden = hiddenIn(client.thread.value);
  const shown = hidden.filter((label) => reveals.values.value.has(label));
  const isShown = hidden.length > 0 && shown.length === hidden.length;
  const words = t(isShown ? "desk_hide_all" : "desk_reveal_all", { n: hidden.length });
  return (
    <button
      type="button"
      class="icon-button show-all"
      aria-label={words}
      title={words}
      aria-pressed={isShown}
      disabled={hidden.length === 0}
      onClick={() => (isShown ? reveals.hide(...shown) : void reveals.showAll())}
    >
      <Icon path={EYE} />
    </button>
  );
}

function Buttons({ client, row }: { client: DeskClient; row: Row }): JSX.Element {
  const isOwner = ownsReply(row);
  return (
    <div class="buttons">
      {!isOwner && client.may("take_over") && (
        <ActionButton client={client} action="take-over" shortcut="t" path={PERSON} words={t("desk_take_over")} />
      )}
      {isOwner && (
        <ActionButton client={client} action="hand-back" shortcut="b" path={HAND} words={t("desk_hand_back")} />
      )}
      {row.state !== "resolved" && client.may("resolve") && (
        <ActionButton client={client} action="resolve" shortcut="e" path={CHECK} words={t("desk_resolve")} />
      )}
    </div>
  );
}

interface ActionProps {
  client: DeskClient;
  action: OwnerAction;
  shortcut: string;
  path: string;
  words: string;
}

function ActionButton({ client, action, shortcut, path, words }: ActionProps): JSX.Element {
  return (
    <button
      type="button"
      class="action"
      data-action={action}
      aria-keyshortcuts={shortcut}
      aria-disabled={client.isBusy.value}
      onClick={() => void client.change(action)}
    >
      <Icon path={path} />
      <span>{words}</span>
      <kbd>{shortcut}</kbd>
    </button>
  );
}
