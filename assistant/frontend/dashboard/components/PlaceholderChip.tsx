/** Personal data stands in texts as a typed chip; who may, opens it for a while, and the server notes who looked. */
import type { JSX } from "preact";
import { Icon } from "../../shared/components/Icon";
import { EYE } from "../../shared/icons";
import { sayError, t } from "../../shared/lang";
import type { DeskClient } from "../client";
import { isDestroyed, namePlaceholder } from "../format";

export function PlaceholderChip({ label, client }: { label: string; client: DeskClient }): JSX.Element {
  const { reveals } = client;
  const words = namePlaceholder(label);
  if (isDestroyed(label)) return <Shut words={words} why={t("desk_removed_hint")} isGone />;
  const lost = reveals.lost.value.get(label);
  if (lost) return <Shut words={words} why={sayError(lost, "desk_")} isGone />;
  if (!client.may("reveal")) return <Shut words={words} why={t("desk_reveal_not")} />;
  const value = reveals.values.value.get(label);
  return (
    <button
      type="button"
      class={value === undefined ? "secret" : "secret is-shown"}
      aria-pressed={value !== undefined}
      title={value === undefined ? t("desk_reveal") : words}
      onClick={() => (value === undefined ? void reveals.show(label) : reveals.hide(label))}
    >
      {value === undefined && <Icon path={EYE} />}
      <span dir="auto">{value ?? words}</span>
    </button>
  );
}

/** Nothing to open: it was destroyed, or it is not for this reader. */
function Shut({ words, why, isGone = false }: { words: string; why: string; isGone?: boolean }): JSX.Element {
  return (
    <span class={isGone ? "secret is-gone" : "secret is-shut"} title={why}>
      {words}
    </span>
  );
}
