/** Another question for the set: what is asked, and by what a good answer is known. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../../shared/lang";
import type { NewEvaluationQuestion } from "../../knowledge/types";

interface Props {
  isBusy: boolean;
  /** Was it kept? */
  save(question: NewEvaluationQuestion): Promise<boolean>;
}

export function EvaluationForm({ isBusy, save }: Props): JSX.Element {
  const [question, setQuestion] = useState("");
  const [expected, setExpected] = useState("");
  const [facts, setFacts] = useState("");
  const [isDeclined, setDeclined] = useState(false);
  const submit = async (): Promise<void> => {
    const isKept = await save({
      question: question.trim(),
      kind: isDeclined ? "unanswerable" : "answerable",
      expected: isDeclined ? [] : parted(expected),
      must_contain: isDeclined ? [] : parted(facts),
    });
    if (!isKept) return;
    setQuestion("");
    setExpected("");
    setFacts("");
  };
  return (
    <form
      class="eval-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (question.trim()) void submit();
      }}
    >
      <label class="field">
        <span>{t("desk_search_question")}</span>
        <input
          dir="auto"
          value={question}
          maxLength={500}
          onInput={(event) => setQuestion(event.currentTarget.value)}
        />
      </label>
      <label class="eval-declined">
        <input type="checkbox" checked={isDeclined} onChange={() => setDeclined(!isDeclined)} />
        {t("desk_eval_should_decline")}
      </label>
      <div class="field-pair">
        <label class="field">
          <span>{t("desk_eval_expected")}</span>
          <input
            value={expected}
            disabled={isDeclined}
            autoCapitalize="off"
            onInput={(event) => setExpected(event.currentTarget.value)}
          />
        </label>
        <label class="field">
          <span>{t("desk_eval_facts")}</span>
          <input
            dir="auto"
            value={facts}
            disabled={isDeclined}
            onInput={(event) => setFacts(event.currentTarget.value)}
          />
        </label>
      </div>
      <button type="submit" class="action" disabled={!question.trim() || isBusy}>
        {t("desk_eval_add")}
      </button>
    </form>
  );
}

function parted(text: string): string[] {
  return text
    .split(";")
    .map((part) => part.trim())
    .filter(Boolean);
}
