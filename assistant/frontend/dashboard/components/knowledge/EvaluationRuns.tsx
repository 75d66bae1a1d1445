/** The history of results: one line a run, the figures side by side, and each question of the run in view. */
import type { JSX } from "preact";
import { Icon } from "../../../shared/components/Icon";
import { CHECK, CLOSE } from "../../../shared/icons";
import { formatTime, t } from "../../../shared/lang";
import { type EvaluationRow, type EvaluationRun, SHARES } from "../../knowledge/types";
import type { Part } from "./KnowledgePage";
import { RiskCurve, sayShare } from "./RiskCurve";

export function EvaluationRuns({ desk, state }: Part): JSX.Element | null {
  const { runs, shown } = state.evaluation;
  if (!runs?.length) return null;
  const figures = runs.find((run) => run.id === shown?.id)?.figures;
  return (
    <section class="sheet eval-results" aria-labelledby="runs-title">
      <h3 id="runs-title">{t("desk_eval_runs")}</h3>
      <section
        class="eval-table"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        tabIndex={0}
        aria-label={t("desk_eval_figures")}
      >
        <table>
          <thead>
            <tr>
              <th scope="col">{t("desk_eval_when")}</th>
              {SHARES.map((figure) => (
                <th key={figure} scope="col">
                  {t(`desk_eval_${figure}`)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {runs.map((run) => (
              <Row key={run.id} run={run} isShown={shown?.id === run.id} show={() => void desk.showEvaluation(run)} />
            ))}
          </tbody>
        </table>
      </section>
      {figures && <RiskCurve figures={figures} />}
      {shown && <Answers rows={shown.rows} />}
    </section>
  );
}

function Row({ run, isShown, show }: { run: EvaluationRun; isShown: boolean; show(): void }): JSX.Element {
  return (
    <tr class={isShown ? "is-shown" : ""}>
      <th scope="row">
        {run.state === "done" ? (
          <button type="button" class="link" aria-pressed={isShown} onClick={show}>
            {formatTime(run.started_at)}
          </button>
        ) : (
          <>
            {formatTime(run.started_at)}{" "}
            <span class={run.state === "failed" ? "chip chip-bad" : "chip chip-busy"} role="status">
              {run.state === "failed"
                ? t("desk_run_failed")
                : t("desk_eval_progress", { n: run.progress, of: run.total })}
            </span>
          </>
        )}
        <span class="hint">{run.by}</span>
      </th>
      {SHARES.map((figure) => (
        <td key={figure}>{sayShare(run.figures[figure])}</td>
      ))}
    </tr>
  );
}

function Answers({ rows }: { rows: readonly EvaluationRow[] }): JSX.Element {
  return (
    <ul class="eval-rows asked" aria-label={t("desk_eval_answers")}>
      {rows.map((row) => (
        <li key={row.id} class={row.is_good ? "asked-good" : "asked-bad"}>
          <Icon path={row.is_good ? CHECK : CLOSE} />
          <span>
            <span class="unseen">{t(row.is_good ? "desk_eval_good" : "desk_eval_bad")} </span>
            <b dir="auto">{row.question}</b>
            <span class="hint" dir="auto">
              {inOneLine(row.answer)}
            </span>
            <span class="hint">{row.retrieved.slice(0, 5).join(" · ")}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** An answer is Markdown; its list would run into one line with the dashes in it. */
function inOneLine(answer: string): string {
  return answer.replace(/\s*\n+- /g, " · ");
}
