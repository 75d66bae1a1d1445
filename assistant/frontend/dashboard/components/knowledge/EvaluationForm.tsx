/** A question of the set: what is asked, and by what a good answer is known. */
import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { t } from "../../../shared/lang";
import type { EvaluationField } from "../../knowledge/state";
import type { NewEvaluationQuestion } from "../../knowledge/types";
import { linesOf } from "../../privacy";

interface Props {
  /** null for a new one. */
  question: NewEvaluationQuestion | null;
  isBusy: boolean;
  refused: EvaluationField | null;
  save(question: NewEvaluationQuestion): void;
  close(): void;
}

export function EvaluationForm({ question, isBusy, refused, save, close }: Props): JSX.Element {
  const [text, setText] = useState(question?.question ?? "");
  const [expected, setExpected] = useState(question?.expected.join("\n") ?? "");
  const [facts, setFacts] = useState(question?.must_contain.join("\n") ?? "");
  const [isDeclined, setDeclined] = useState(question?.kind === "unanswerable");
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const id = useId();
  const state = (field: EvaluationField) => ({
    "aria-invalid": refused === field,
    "aria-describedby": refused === field ? id : undefined,
  });
  const complaint = (field: EvaluationField): JSX.Element | false =>
    refused === field && (
      <p class="field-bad" id={id} role="alert">
        {t(`desk_eval_bad_${field}`)}
      </p>
    );
  return (
    <form
      class="eval-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!text.trim()) return;
        save({
          question: text.trim(),
          kind: isDeclined ? "unanswerable" : "answerable",
          expected: isDeclined ? [] : linesOf(expected),
          must_contain: isDeclined ? [] : linesOf(facts),
        });
      }}
    >
      <label class="field">
        <span>{t("desk_search_question")}</span>
        <input
          ref={first}
          dir="auto"
          value={text}
          maxLength={500}
          {...state("question")}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      {complaint("question")}
      <label class="eval-declined">
        <input type="checkbox" checked={isDeclined} onChange={() => setDeclined(!isDeclined)} />
        {t("desk_eval_should_decline")}
      </label>
      {!isDeclined && (
        <div class="field-pair">
          <div>
            <label class="field">
              <span>{t("desk_eval_expected")}</span>
              <textarea
                rows={3}
                value={expected}
                autoCapitalize="off"
                {...state("expected")}
                onInput={(event) => setExpected(event.currentTarget.value)}
              />
            </label>
            {complaint("expected")}
          </div>
          <div>
            <label class="field">
              <span>{t("desk_eval_facts")}</span>
              <textarea
                rows={3}
                dir="auto"
                value={facts}
                {...state("must_contain")}
                onInput={(event) => setFacts(event.currentTarget.value)}
              />
            </label>
            {complaint("must_contain")}
          </div>
        </div>
      )}
      <p class="know-actions">
        <button type="button" class="action" onClick={close}>
          {t("desk_cancel")}
        </button>
        <button type="submit" class="primary" disabled={!text.trim() || isBusy}>
          {t("desk_article_save")}
        </button>
      </p>
    </form>
  );
}
