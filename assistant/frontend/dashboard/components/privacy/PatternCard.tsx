/** One own pattern: its name, its kind, the pattern, and what the server says of it. */
import type { JSX } from "preact";
import { Icon } from "../../../shared/components/Icon";
import { CLOSE } from "../../../shared/icons";
import { t } from "../../../shared/lang";
import { nameKind } from "../../format";
import { type DraftPattern, isOwnKind, TREATMENTS, treatmentOf } from "../../privacy";
import type { Pattern, PatternTrial, Treatment } from "../../types";
import { TREATMENT_WORDS } from "./KindTable";
import type { Part } from "./PrivacyPage";

interface Props extends Part {
  pattern: DraftPattern;
  /** From 1: names the fields for those who hear them. */
  place: number;
  remove(): void;
}

export function PatternCard(props: Props): JSX.Element {
  const { desk, pattern, place, isReadOnly, remove } = props;
  const id = `pattern-${pattern.id}`;
  const trial = desk.tried.value.get(pattern.id);
  const isUntouched = !pattern.kind && !pattern.pattern;
  const refused = isUntouched ? "" : (trial?.refused ?? "");
  return (
    <li class="pattern">
      <fieldset disabled={isReadOnly}>
        <legend class="unseen">{t("desk_privacy_pattern_place", { n: place })}</legend>
        <Field props={props} field="name" isBad={false} />
        <Field props={props} field="kind" isBad={refused === "kind"} />
        <Field props={props} field="pattern" isBad={refused !== "" && refused !== "kind"} />
        <TreatmentOf {...props} />
      </fieldset>
      <p class={refused ? "pattern-says is-bad" : "pattern-says"} id={`${id}-says`} role="status">
        {isUntouched || !trial ? "" : says(trial)}
        {refused === "syntax" && <code>{syntaxOf(trial?.detail ?? "")}</code>}
      </p>
      {!isReadOnly && (
        <button
          type="button"
          class="icon-button pattern-remove"
          aria-label={t("desk_privacy_pattern_remove", { name: pattern.name || String(place) })}
          onClick={remove}
        >
          <Icon path={CLOSE} />
        </button>
      )}
    </li>
  );
}

function Field({ props, field, isBad }: { props: Props; field: keyof Pattern; isBad: boolean }): JSX.Element {
  const { desk, pattern } = props;
  const id = `pattern-${pattern.id}`;
  return (
    <label class={`field field-${field}`}>
      <span>{t(`desk_privacy_pattern_${field}`)}</span>
      <input
        id={`${id}-${field}`}
        value={pattern[field]}
        placeholder={t(`desk_privacy_pattern_${field}_example`)}
        autoComplete="off"
        autoCapitalize="off"
        spellcheck={false}
        aria-invalid={isBad}
        aria-describedby={`${id}-says`}
        onInput={(event) => {
          const { value } = event.currentTarget;
          const tidy = field === "kind" ? value.toUpperCase().replace(/[\s-]+/g, "_") : value;
          desk.changePattern(pattern.id, { [field]: tidy });
        }}
      />
    </label>
  );
}

/** A kind that the table above knows is treated as it says there. */
function TreatmentOf({ desk, policy, draft, pattern }: Props): JSX.Element {
  const { kind } = pattern;
  const isOwn = isOwnKind(policy, kind);
  return (
    <label class="field field-treatment">
      <span>{t("desk_privacy_pattern_treatment")}</span>
      <select
        value={treatmentOf(draft, policy, kind)}
        disabled={!isOwn || !kind}
        title={isOwn ? "" : t("desk_privacy_pattern_as", { kind: nameKind(kind) })}
        onChange={(event) => desk.treat(kind, event.currentTarget.value as Treatment)}
      >
        {TREATMENTS.map((treatment) => (
          <option key={treatment} value={treatment}>
            {t(TREATMENT_WORDS[treatment])}
          </option>
        ))}
      </select>
    </label>
  );
}

function says(trial: PatternTrial): string {
  if (trial.refused) return t(`desk_privacy_refused_${trial.refused}`);
  return trial.matches ? t("desk_privacy_matches", { n: trial.matches }) : t("desk_privacy_matches_none");
}

/** The pattern engine's own words, which know no language but English. */
function syntaxOf(detail: string): string {
  return detail.replace(/^[^:]*: /, "").replace(/\.$/, "");
}
