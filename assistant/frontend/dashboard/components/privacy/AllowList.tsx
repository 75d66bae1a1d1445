/** Texts that are never personal data here: the company's own numbers and addresses. One a line. */
import type { JSX } from "preact";
import { t } from "../../../shared/lang";
import { linesOf } from "../../privacy";
import type { Part } from "./PrivacyPage";

export function AllowList({ desk, policy, draft, isReadOnly }: Part): JSX.Element {
  const most = policy.limits["allowed"] ?? 0;
  const count = linesOf(draft.allowed).length;
  return (
    <section class="sheet" aria-labelledby="allowed-title">
      <h2 id="allowed-title">{t("desk_privacy_allowed")}</h2>
      <p class="hint" id="allowed-hint">
        {t("desk_privacy_allowed_hint")}
      </p>
      <textarea
        class="allowed-text"
        rows={4}
        dir="auto"
        spellcheck={false}
        value={draft.allowed}
        readOnly={isReadOnly}
        placeholder={t("desk_privacy_allowed_example")}
        aria-labelledby="allowed-title"
        aria-describedby="allowed-hint allowed-count"
        aria-invalid={count > most}
        onInput={(event) => desk.change({ allowed: event.currentTarget.value })}
      />
      <p class={count > most ? "hint is-over" : "hint"} id="allowed-count">
        {t("desk_privacy_allowed_count", { n: count, most })}
      </p>
    </section>
  );
}
