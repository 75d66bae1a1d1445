/** Must a reason be given for looking, and how long are values kept? */
import type { JSX } from "preact";
import { t } from "../../../shared/lang";
import type { Part } from "./PrivacyPage";

export function Rules({ desk, policy, draft, isReadOnly }: Part): JSX.Element {
  const days = draft.retention_days;
  const isShorter = days < policy.retention_days;
  return (
    <section class="sheet" aria-labelledby="rules-title">
      <h2 id="rules-title">{t("desk_privacy_rules")}</h2>
      <label class="switch">
        <input
          type="checkbox"
          // biome-ignore lint/a11y/useAriaPropsForRole: a checkbox has a state of its own
          role="switch"
          checked={draft.must_give_reason}
          disabled={isReadOnly}
          onChange={(event) => desk.change({ must_give_reason: event.currentTarget.checked })}
        />
        <span>
          <b>{t("desk_privacy_reason")}</b>
          <span class="hint">{t("desk_privacy_reason_hint")}</span>
        </span>
      </label>
      <label class="field field-days">
        <span>{t("desk_privacy_retention")}</span>
        <input
          type="number"
          inputMode="numeric"
          min={1}
          max={36500}
          step={1}
          value={Number.isNaN(days) ? "" : days}
          disabled={isReadOnly}
          aria-invalid={!(days >= 1)}
          aria-describedby="retention-hint retention-warning"
          onInput={(event) => desk.change({ retention_days: event.currentTarget.valueAsNumber })}
        />
      </label>
      <p class="hint" id="retention-hint">
        {t("desk_privacy_retention_hint")}
      </p>
      <p class="kind-warning rules-warning" id="retention-warning" role="status">
        {isShorter && t("desk_privacy_retention_shorter", { n: days })}
      </p>
    </section>
  );
}
