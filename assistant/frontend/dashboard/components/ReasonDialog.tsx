/** Why does somebody look behind a placeholder? Asked once for each conversation, where the tenant wants it. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../shared/lang";
import type { DeskClient } from "../client";
import { Modal } from "./Modal";

const LONGEST = 300;

export function ReasonDialog({ client }: { client: DeskClient }): JSX.Element {
  const { reveals } = client;
  return (
    <Modal title={t("desk_why_title")} isOpen={reveals.isAsking.value} close={() => reveals.answer(null)}>
      <Form client={client} />
    </Modal>
  );
}

function Form({ client }: { client: DeskClient }): JSX.Element {
  const [reason, setReason] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim()) client.reveals.answer(reason.trim());
      }}
    >
      <label class="field">
        <span>{t("desk_why_label")}</span>
        <input
          value={reason}
          maxLength={LONGEST}
          autoComplete="off"
          required
          aria-describedby="why-hint"
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
      <p class="hint" id="why-hint">
        {t("desk_why_hint")}
      </p>
      <p class="modal-foot">
        <button type="button" class="action" onClick={() => client.reveals.answer(null)}>
          {t("desk_cancel")}
        </button>
        <button type="submit" class="primary" disabled={!reason.trim()}>
          {t("desk_why_show")}
        </button>
      </p>
    </form>
  );
}
