/** A gap unfolded: who asked what, what was done, and what asking again brings. */
import type { JSX } from "preact";
import { formatTime, t } from "../../../shared/lang";
import type { Gap } from "../../knowledge/types";
import { Asked } from "./Asked";
import type { Part } from "./KnowledgePage";
import { Question } from "./Question";

export function GapDetail({ desk, state, mayWrite, gap }: Part & { gap: Gap }): JSX.Element {
  const { questions = null, asked = null } = state.gap ?? {};
  return (
    <div class="gap-detail" id={`gap-${gap.id}`}>
      {gap.document && (
        <p>
          {t("desk_gap_written")} <a href={`#knowledge/articles/${gap.document}`}>{gap.document_title}</a>
        </p>
      )}
      {questions === null && <p class="hint">{t("desk_loading")}</p>}
      <ul class="gap-questions" aria-label={t("desk_gap_questions")}>
        {questions?.map((question) => (
          <li key={`${question.conversation}${question.asked_at}`}>
            <Question text={question.text} />
            <a class="hint" href={`#${question.conversation}`}>
              {formatTime(question.asked_at)}
              <span class="unseen"> {t("desk_gap_conversation")}</span>
            </a>
          </li>
        ))}
      </ul>
      {asked && <Asked asked={asked} isAnswered={gap.state === "answered"} />}
      {mayWrite && (
        <p class="know-actions">
          <button type="button" class="primary" disabled={state.isBusy} onClick={() => void desk.draft(gap)}>
            {t("desk_gap_draft")}
          </button>
          <button type="button" class="action" disabled={state.isBusy} onClick={() => void desk.askAgain(gap)}>
            {t("desk_gap_ask_again")}
          </button>
          <button
            type="button"
            class="action"
            onClick={() => void desk.setGap(gap.id, gap.state === "dismissed" ? "open" : "dismissed")}
          >
            {t(gap.state === "dismissed" ? "desk_gap_reopen" : "desk_gap_dismiss")}
          </button>
        </p>
      )}
    </div>
  );
}
