/** The keys, in a dialog. */
import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { t } from "../../shared/lang";
import type { Shortcut } from "../shortcuts";
import { Modal } from "./Modal";

export function HelpDialog({
  shortcuts,
  isOpen,
}: {
  shortcuts: readonly Shortcut[];
  isOpen: Signal<boolean>;
}): JSX.Element {
  const close = (): void => {
    isOpen.value = false;
  };
  return (
    <Modal title={t("desk_key_help")} isOpen={isOpen.value} close={close}>
      <dl>
        {shortcuts.map(({ key, says }) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{t(says)}</dd>
          </div>
        ))}
      </dl>
      <p class="modal-foot">
        <button type="button" class="primary" onClick={close}>
          {t("desk_close")}
        </button>
      </p>
    </Modal>
  );
}
