/** Destroys what this person told us, after it was typed that this is meant. For administrators. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../shared/lang";
import type { DeskClient } from "../client";
import type { Erasure } from "../types";
import { Modal } from "./Modal";

const LONGEST = 300;

export function ErasePerson({ client }: { client: DeskClient }): JSX.Element | null {
  const [isOpen, setOpen] = useState(false);
  if (!client.may("erase")) return null;
  const close = (): void => setOpen(false);
  return (
    <section>
      <button type="button" class="action action-bad" onClick={() => setOpen(true)}>
        {t("desk_erase")}
      </button>
      <Modal title={t("desk_erase_title")} isOpen={isOpen} close={close}>
        <Steps client={client} close={close} />
      </Modal>
    </section>
  );
}

function Steps({ client, close }: { client: DeskClient; close(): void }): JSX.Element {
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [done, setDone] = useState<Erasure | null>(null);
  const word = t("desk_erase_word");
  const isMeant = typed.trim().toLocaleLowerCase() === word.toLocaleLowerCase();
  const erase = async (): Promise<void> => {
    if (!isMeant || isBusy) return;
    setBusy(true);
    setDone(await client.erasePerson(reason.trim()));
    setBusy(false);
  };

  if (done) {
    const { values, conversations } = done;
    return (
      <>
        <p role="status">{t("desk_erase_done", { values, conversations })}</p>
        <p class="modal-foot">
          <button type="button" class="primary" onClick={close}>
            {t("desk_close")}
          </button>
        </p>
      </>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void erase();
      }}
    >
      <p>{t("desk_erase_what")}</p>
      <p>{t("desk_erase_stays")}</p>
      <label class="field">
        <span>{t("desk_erase_reason")}</span>
        <input
          value={reason}
          maxLength={LONGEST}
          autoComplete="off"
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>{t("desk_erase_type", { word })}</span>
        <input value={typed} autoComplete="off" onInput={(event) => setTyped(event.currentTarget.value)} />
      </label>
      <p class="modal-foot">
        <button type="button" class="action" onClick={close}>
          {t("desk_cancel")}
        </button>
        <button type="submit" class="primary primary-bad" disabled={!isMeant || isBusy}>
          {t("desk_erase_now")}
        </button>
      </p>
    </form>
  );
}
