/** The tenant's own questions, asked all at once without sending anything, and how well that went each time. */
import type { JSX } from "preact";
import { t } from "../../../shared/lang";
import { EvaluationQuestions } from "./EvaluationQuestions";
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
      <EvaluationQuestions {...part} />
    </section>
  );
}
