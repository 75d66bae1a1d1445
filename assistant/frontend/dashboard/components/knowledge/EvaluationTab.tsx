/** The tenant's own questions, asked all at once without sending anything, and how well that went each time. */
import type { JSX } from "preact";
import { useRef } from "preact/hooks";
import { t } from "../../../shared/lang";
import { EvaluationForm } from "./EvaluationForm";
import { EvaluationRuns } from "./EvaluationRuns";
import type { Part } from "./KnowledgePage";

export function EvaluationTab(part: Part): JSX.Element {
  const { desk, state, mayWrite } = part;
  const { questions } = state.evaluation;
  const isRunning = state.evaluation.runs?.some((run) => run.state === "queued") ?? false;
  return (
    <section aria-labelledby="evaluation-title">
      <h2 class="unseen" id="evaluation-title">
        {t("desk_know_tab_evaluation")}
      </h2>
      <div class="know-bar">
        <p class="know-intro">{t("desk_know_evaluation_intro")}</p>
        {mayWrite && (
          <button
            type="button"
            class="primary"
            disabled={!questions?.length || isRunning || state.isBusy}
            onClick={() => void desk.startEvaluation()}
          >
            {t("desk_eval_run")}
          </button>
        )}
      </div>
      <EvaluationRuns {...part} />
      <Questions {...part} />
    </section>
  );
}

function Questions({ desk, state, mayWrite }: Part): JSX.Element {
  const { questions } = state.evaluation;
  return (
    <section class="sheet" aria-labelledby="questions-title">
      <div class="know-bar">
        <h3 id="questions-title">{t("desk_eval_questions", { n: questions?.length ?? 0 })}</h3>
        <span class="spring" />
        <Files desk={desk} mayWrite={mayWrite} isEmpty={!questions?.length} />
      </div>
      {mayWrite && <EvaluationForm isBusy={state.isBusy} save={(question) => desk.addEvaluationQuestion(question)} />}
      {questions?.length === 0 && <p class="know-none">{t("desk_eval_none")}</p>}
      <ul class="gap-questions" aria-labelledby="questions-title">
        {questions?.map((question) => (
          <li key={question.id}>
            <span>
              <b dir="auto">{question.question}</b>
              <span class="hint eval-wants">
                {question.kind === "unanswerable"
                  ? t("desk_eval_wants_decline")
                  : [...question.expected, ...question.must_contain.map((fact) => `“${fact}”`)].join(" · ")}
              </span>
            </span>
            {mayWrite && (
              <button type="button" class="link" onClick={() => void desk.removeEvaluationQuestion(question.id)}>
                {t("desk_eval_remove")}
                <span class="unseen"> {question.question}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
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
    <span class="know-actions">
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
    </span>
  );
}
