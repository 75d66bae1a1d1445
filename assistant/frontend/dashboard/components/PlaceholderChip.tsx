/** Personal data stands in texts as a typed chip; a click shows the value for a while, and the server notes who looked. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../../shared/components/Icon";
import { EYE } from "../../shared/icons";
import { t } from "../../shared/lang";
import type { DeskClient } from "../client";
import { namePlaceholder } from "../format";

const SHOWN_FOR_MS = 60_000;

export function PlaceholderChip({ label, client }: { label: string; client: DeskClient }): JSX.Element {
  const [value, setValue] = useState<string | null>(null);
  useEffect(() => {
    if (value === null) return;
    const timer = setTimeout(() => setValue(null), SHOWN_FOR_MS);
    return () => clearTimeout(timer);
  }, [value]);

  const words = namePlaceholder(label);
  const toggle = async (): Promise<void> => setValue(value === null ? await client.reveal(label) : null);
  return (
    <button
      type="button"
      class={value === null ? "secret" : "secret is-shown"}
      aria-pressed={value !== null}
      title={value === null ? t("desk_reveal") : words}
      onClick={() => void toggle()}
    >
      {value === null && <Icon path={EYE} />}
      <span dir="auto">{value ?? words}</span>
    </button>
  );
}
