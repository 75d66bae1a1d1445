/** Which larger model looks for names? Shown where the operator offers one, or one was chosen that is gone. */
import type { JSX } from "preact";
import { t } from "../../../shared/lang";
import type { Part } from "./PrivacyPage";

export function NameModel({ desk, policy, draft, isReadOnly }: Part): JSX.Element | null {
  const chosen = draft.name_model;
  const offered = policy.name_models;
  const isGone = chosen !== "" && !offered.includes(chosen);
  if (offered.length === 0 && policy.name_model === "") return null;
  return (
    <section class="sheet" aria-labelledby="names-title">
      <h2 id="names-title">{t("desk_privacy_names")}</h2>
      <label class="field">
        <span>{t("desk_privacy_name_model")}</span>
        <select
          value={chosen}
          disabled={isReadOnly}
          aria-describedby="names-hint names-warning"
          onChange={(event) => desk.change({ name_model: event.currentTarget.value })}
        >
          <option value="">{t("desk_privacy_name_model_none")}</option>
          {isGone && <option value={chosen}>{chosen}</option>}
          {offered.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <p class="hint" id="names-hint">
        {t("desk_privacy_name_model_hint")}
      </p>
      <p class="kind-warning" id="names-warning" role="status">
        {isGone && t("desk_privacy_name_model_gone")}
      </p>
    </section>
  );
}
