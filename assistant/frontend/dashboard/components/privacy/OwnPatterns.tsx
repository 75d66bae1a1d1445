/** Kinds that only this company knows, such as its policy numbers: patterns that are checked while they are typed. */
import type { JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "../../../shared/lang";
import { PatternCard } from "./PatternCard";
import type { Part } from "./PrivacyPage";

export function OwnPatterns(part: Part): JSX.Element {
  const { desk, policy, draft, isReadOnly } = part;
  const most = policy.limits["patterns"] ?? 0;
  const isFull = draft.patterns.length >= most;
  const add = useRef<HTMLButtonElement>(null);
  const added = useRef<number | null>(null);
  useLayoutEffect(() => {
    if (added.current !== null) document.getElementById(`pattern-${added.current}-name`)?.focus();
    added.current = null;
  }, [draft.patterns.length]);
  return (
    <section class="sheet" aria-labelledby="patterns-title">
      <h2 id="patterns-title">{t("desk_privacy_patterns")}</h2>
      <p class="hint">{t("desk_privacy_patterns_hint")}</p>
      {draft.patterns.length === 0 && <p class="hint">{t("desk_privacy_patterns_none")}</p>}
      <ul class="patterns">
        {draft.patterns.map((pattern, i) => (
          <PatternCard
            key={pattern.id}
            {...part}
            pattern={pattern}
            place={i + 1}
            remove={() => {
              desk.removePattern(pattern.id);
              add.current?.focus();
            }}
          />
        ))}
      </ul>
      {!isReadOnly && (
        <button
          ref={add}
          type="button"
          class="action"
          aria-disabled={isFull}
          onClick={() => {
            if (!isFull) added.current = desk.addPattern();
          }}
        >
          {isFull ? t("desk_privacy_patterns_full", { n: most }) : t("desk_privacy_pattern_add")}
        </button>
      )}
    </section>
  );
}
