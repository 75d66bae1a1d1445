/** The keys, in a dialog of the browser's own. */
import type { Signal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../../shared/lang";
import type { Shortcut } from "../shortcuts";

export function HelpDialog({
  shortcuts,
  isOpen,
}: {
  shortcuts: readonly Shortcut[];
  isOpen: Signal<boolean>;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const wanted = isOpen.value;
  useEffect(() => {
    if (wanted) dialog.current?.showModal();
  }, [wanted]);
  return (
    <dialog
      ref={dialog}
      class="help"
      aria-labelledby="help-title"
      onClose={() => {
        isOpen.value = false;
      }}
    >
      <h2 id="help-title">{t("desk_key_help")}</h2>
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
      <form method="dialog">
        <button type="submit" class="primary">
          {t("desk_close")}
        </button>
      </form>
    </dialog>
  );
}
