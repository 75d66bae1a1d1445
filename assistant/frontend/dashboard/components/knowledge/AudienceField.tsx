/** Who may be shown this: everybody, or agents only. */
import type { JSX } from "preact";
import { t } from "../../../shared/lang";
import type { Audience } from "../../knowledge/types";

const AUDIENCES: readonly Audience[] = ["public", "internal"];

interface Props {
  audience: Audience;
  isReadOnly?: boolean;
  change(audience: Audience): void;
}

export function AudienceField({ audience, isReadOnly = false, change }: Props): JSX.Element {
  return (
    <label class="field">
      <span>{t("desk_know_audience")}</span>
      <select
        value={audience}
        disabled={isReadOnly}
        onChange={(event) => change(event.currentTarget.value as Audience)}
      >
        {AUDIENCES.map((one) => (
          <option key={one} value={one}>
            {t(`desk_know_audience_${one}`)}
          </option>
        ))}
      </select>
    </label>
  );
}
