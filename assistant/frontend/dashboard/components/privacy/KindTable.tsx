/** Kind × what becomes of it: readable, a placeholder, destroyed. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { type Key, t, tIfAny, tOr } from "../../../shared/lang";
import { nameKind } from "../../format";
import { DANGEROUS, isWeaker, TREATMENTS, tableKinds, treatmentOf } from "../../privacy";
import type { Treatment } from "../../types";
import { Confirm } from "./Confirm";
import type { Part } from "./PrivacyPage";

export const TREATMENT_WORDS: Readonly<Record<Treatment, Key>> = {
  keep: "desk_treat_keep",
  placeholder: "desk_treat_placeholder",
  destroy: "desk_treat_destroy",
};

export function KindTable({ desk, policy, draft, isReadOnly }: Part): JSX.Element {
  const [doubted, setDoubted] = useState<{ kind: string; treatment: Treatment } | null>(null);
  const choose = (kind: string, treatment: Treatment): void => {
    const isDaring = DANGEROUS.has(kind) && isWeaker(treatment, policy.defaults[kind] ?? "placeholder");
    if (isDaring) setDoubted({ kind, treatment });
    else desk.treat(kind, treatment);
  };
  return (
    <section class="sheet" aria-labelledby="kinds-title">
      <h2 id="kinds-title">{t("desk_privacy_kinds")}</h2>
      <p class="hint">{t("desk_privacy_kinds_hint")}</p>
      <table class="kinds">
        <thead>
          <tr>
            <th scope="col">{t("desk_privacy_kind")}</th>
            {TREATMENTS.map((treatment) => (
              <th key={treatment} scope="col">
                {t(TREATMENT_WORDS[treatment])}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {tableKinds(policy).map((kind) => (
            <Row
              key={kind}
              kind={kind}
              chosen={treatmentOf(draft, policy, kind)}
              byDefault={policy.defaults[kind] ?? "placeholder"}
              isReadOnly={isReadOnly}
              choose={(treatment) => choose(kind, treatment)}
            />
          ))}
        </tbody>
      </table>
      <Confirm
        title={t("desk_privacy_sure_title", { kind: doubted ? nameKind(doubted.kind) : "" })}
        words={doubted ? t(`desk_privacy_sure_${doubted.treatment === "keep" ? "keep" : "placeholder"}`) : ""}
        no={t("desk_privacy_sure_no")}
        yes={t("desk_privacy_sure_yes")}
        isOpen={doubted !== null}
        close={(isSure) => {
          if (isSure && doubted) desk.treat(doubted.kind, doubted.treatment);
          setDoubted(null);
        }}
      />
    </section>
  );
}

interface RowProps {
  kind: string;
  chosen: Treatment;
  byDefault: Treatment;
  isReadOnly: boolean;
  choose(treatment: Treatment): void;
}

function Row({ kind, chosen, byDefault, isReadOnly, choose }: RowProps): JSX.Element {
  const name = nameKind(kind);
  const key = kind.toLowerCase();
  const example = tIfAny(`desk_kind_${key}_example`);
  const isRisky = isWeaker(chosen, byDefault);
  return (
    <tr class={isRisky ? "is-risky" : ""}>
      <th scope="row" id={`kind-${key}`}>
        <b>{name}</b>
        <span class="kind-about">{tOr(`desk_kind_${key}_about`, "desk_kind_other_about")}</span>
        {example && <span class="kind-example">{example}</span>}
        <span class="kind-warning" id={`warning-${key}`}>
          {isRisky && t(`desk_privacy_weaker_${chosen === "keep" ? "keep" : "placeholder"}`)}
        </span>
      </th>
      {TREATMENTS.map((treatment) => (
        <td key={treatment}>
          <label class="choice">
            <input
              type="radio"
              name={`treat-${kind}`}
              checked={chosen === treatment}
              disabled={isReadOnly}
              aria-label={`${name}: ${t(TREATMENT_WORDS[treatment])}`}
              aria-describedby={isRisky ? `warning-${key}` : undefined}
              onChange={(event) => {
                // Until it is chosen for sure, the dot stays where it was.
                event.currentTarget.checked = chosen === treatment;
                choose(treatment);
              }}
            />
            <span class="choice-name" aria-hidden="true">
              {t(TREATMENT_WORDS[treatment])}
            </span>
            <span class="choice-default">{treatment === byDefault && t("desk_privacy_default")}</span>
          </label>
        </td>
      ))}
    </tr>
  );
}
