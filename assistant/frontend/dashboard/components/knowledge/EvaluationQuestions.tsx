/** The questions of the set: added, changed and removed one by one, or moved as a file. */
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { t } from "../../../shared/lang";
import { refusedField } from "../../knowledge/state";
import type { EvaluationQuestion } from "../../knowledge/types";
import { Confirm } from "../privacy/Confirm";
import { EvaluationForm } from "./EvaluationForm";
import type { Part } from "./KnowledgePage";

const NEW = "new";

export function EvaluationQuestions({ desk, state, mayWrite }: Part): JSX.Element {
  const { questions } = state.evaluation;
  const [editing, setEditing] = useState<string | null>(null);
  const [leaving, setLeaving] = useState<EvaluationQuestion | null>(null);
  const edit = (id: string | null): void => {
    desk.forgive();
    setEditing(id);
  };
  const form = (question: EvaluationQuestion | null): JSX.Element => (
    <EvaluationForm
      key={question?.id ?? NEW}
      question={question}
      isBusy={state.isBusy}
      refused={refusedField(state)}
      close={() => edit(null)}
      save={async (draft) => {
        if (await desk.saveEvaluationQuestion(question?.id ?? null, draft)) setEditing(null);
      }}
    />
  );
  return (
    <section class="sheet" aria-labelledby="questions-title">
      <div class="know-bar">
        <h3 id="questions-title">{t("desk_eval_questions", { n: questions?.length ?? 0 })}</h3>
        <span class="spring" />
        <span class="know-actions">
          {mayWrite && editing !== NEW && (
            <button type="button" class="action" onClick={() => edit(NEW)}>
              {t("desk_eval_add")}
            </button>
          )}
          <Files desk={desk} mayWrite={mayWrite} isEmpty={!questions?.length} />
        </span>
      </div>
      {editing === NEW && form(null)}
      {!questions && <p class="hint">{t("desk_loading")}</p>}
      {questions?.length === 0 && <p class="know-none">{t("desk_eval_none")}</p>}
      <ul class="eval-questions" aria-labelledby="questions-title">
        {questions?.map((question) => (
          <li key={question.id}>
            {editing === question.id ? (
              form(question)
            ) : (
              <>
                <span class="eval-question">
                  <b dir="auto">{question.question}</b>
                  <span class="hint">{sayWanted(question)}</span>
                </span>
                {mayWrite && (
                  <span class="eval-actions">
                    <button type="button" class="link" onClick={() => edit(question.id)}>
                      {t("desk_eval_change")}
                      <span class="unseen"> {question.question}</span>
                    </button>
                    <button type="button" class="link" onClick={() => setLeaving(question)}>
                      {t("desk_eval_remove")}
                      <span class="unseen"> {question.question}</span>
                    </button>
                  </span>
                )}
              </>
            )}
          </li>
        ))}
      </ul>
      <Confirm
        title={t("desk_eval_remove_title")}
        words={t("desk_eval_remove_words", { question: leaving?.question ?? "" })}
        no={t("desk_cancel")}
        yes={t("desk_eval_remove_yes")}
        isOpen={leaving !== null}
        close={(isSure) => {
          setLeaving(null);
          if (isSure && leaving) void desk.removeEvaluationQuestion(leaving.id);
        }}
      />
    </section>
  );
}

function sayWanted({ kind, expected, must_contain }: EvaluationQuestion): string {
  if (kind === "unanswerable") return t("desk_eval_wants_decline");
  const wanted = [...expected, ...must_contain.map((fact) => `“${fact}”`)];
  return wanted.length > 0 ? wanted.join(" · ") : t("desk_eval_wants_answer");
}

/** The set as a file of JSON Lines, out and in. */
function Files({ desk, mayWrite, isEmpty }: Pick<Part, "desk" | "mayWrite"> & { isEmpty: boolean }): JSX.Element {
  const file = useRef<HTMLInputElement>(null);
  const take = async (input: HTMLInputElement): Promise<void> => {
    const [chosen] = input.files ?? [];
    if (chosen) await desk.importEvaluation(await chosen.text());
    input.value = "";
  };
  return (
    <>
      <button type="button" class="action" disabled={isEmpty} onClick={() => void desk.exportEvaluation()}>
        {t("desk_eval_export")}
      </button>
      {mayWrite && (
        <>
          <input
            ref={file}
            type="file"
            hidden
            accept=".jsonl,.json,.txt"
            aria-label={t("desk_eval_import")}
            onChange={(event) => void take(event.currentTarget)}
          />
          <button type="button" class="action" onClick={() => file.current?.click()}>
            {t("desk_eval_import")}
          </button>
        </>
      )}
    </>
  );
}
