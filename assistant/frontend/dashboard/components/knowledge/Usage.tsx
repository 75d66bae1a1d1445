/** What an article answered lately, and what customers thought of it. */
import type { JSX } from "preact";
import { formatTime, t, tOr } from "../../../shared/lang";
import type { Usage as UsageOfArticle } from "../../knowledge/types";
import type { EditorPart } from "./ArticleEditor";
import { Question } from "./Question";

export function Usage({ editor }: EditorPart): JSX.Element {
  const { usage } = editor;
  return (
    <section class="sheet usage" aria-labelledby="usage-title">
      <h3 id="usage-title">{t("desk_usage")}</h3>
      {usage ? <Figures usage={usage} /> : <p class="hint">{t("desk_loading")}</p>}
      {usage && usage.recent.length > 0 && (
        <ul class="gap-questions" aria-label={t("desk_usage_recent")}>
          {usage.recent.map((answered) => (
            <li key={`${answered.conversation}${answered.at}`}>
              <span>
                <Question text={answered.question} />{" "}
                {answered.rating && (
                  <span class={`chip chip-${answered.rating === "up" ? "good" : "bad"}`}>
                    {t(`desk_usage_${answered.rating}`)}
                  </span>
                )}
              </span>
              <a class="hint" href={`#${answered.conversation}`}>
                {formatTime(answered.at)}
                <span class="unseen"> {t("desk_gap_conversation")}</span>
              </a>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Figures({ usage }: { usage: UsageOfArticle }): JSX.Element {
  if (usage.cited === 0) return <p class="hint">{t("desk_usage_none")}</p>;
  const outcomes = Object.entries(usage.outcomes).filter(([outcome]) => outcome !== "");
  return (
    <dl class="scores">
      <div class="score-all">
        <dt>{t("desk_usage_cited")}</dt>
        <dd>{usage.cited}</dd>
      </div>
      <div>
        <dt>{t("desk_usage_up")}</dt>
        <dd>{usage.up}</dd>
      </div>
      <div>
        <dt>{t("desk_usage_down")}</dt>
        <dd>{usage.down}</dd>
      </div>
      {outcomes.map(([outcome, n]) => (
        <div key={outcome}>
          <dt>{tOr(`desk_usage_outcome_${outcome}`, "desk_usage_outcome_other")}</dt>
          <dd>{n}</dd>
        </div>
      ))}
    </dl>
  );
}
