/** Ask as a customer: what is found, what each passage scores and why, and whether it would be an answer. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Markdown } from "../../../shared/components/Markdown";
import { t, tIfAny } from "../../../shared/lang";
import type { Audience, Found, FoundPassage } from "../../knowledge/types";
import { AudienceField } from "./AudienceField";
import type { Part } from "./KnowledgePage";
import { Question } from "./Question";
import { SegmentsField } from "./SegmentsField";

export function SearchTab({ desk, state }: Part): JSX.Element {
  const [question, setQuestion] = useState(state.found?.question ?? "");
  const [audience, setAudience] = useState<Audience>("public");
  const [segments, setSegments] = useState("");
  return (
    <section aria-labelledby="search-title">
      <h2 class="unseen" id="search-title">
        {t("desk_know_tab_search")}
      </h2>
      <p class="know-intro">{t("desk_know_search_intro")}</p>
      <form
        class="know-bar search-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (question.trim()) void desk.search(question.trim(), audience, segments);
        }}
      >
        <label class="field know-find">
          <span>{t("desk_search_question")}</span>
          <input dir="auto" value={question} onInput={(event) => setQuestion(event.currentTarget.value)} />
        </label>
        <AudienceField audience={audience} change={setAudience} />
        <SegmentsField
          label={t("desk_search_segments")}
          none={t("desk_search_segments_none")}
          segments={segments}
          change={setSegments}
        />
        <button type="submit" class="primary" disabled={!question.trim() || state.isBusy}>
          {t("desk_search_do")}
        </button>
      </form>
      {state.found && <Result found={state.found} />}
    </section>
  );
}

function Result({ found }: { found: Found }): JSX.Element {
  const shown = new Set(found.sentences.map((sentence) => sentence.document));
  return (
    <>
      <div class={found.is_answerable ? "notice" : "notice notice-wait"} role="status">
        <p>
          <b>{sayOutcome(found)}</b>{" "}
          <span class="hint">
            {t("desk_search_took", {
              ms: Math.round(found.took_ms),
              sure: Math.round(found.confidence * 100),
              from: Math.round(found.answered_from * 100),
            })}
            {found.recall < 1 && ` · ${t("desk_search_recall", { recall: (found.recall * 100).toFixed(1) })}`}
          </span>
        </p>
        <p class="hint">
          {t("desk_search_as")} <Question text={found.question} />
        </p>
      </div>
      {found.passages.length === 0 && <p class="know-none">{t("desk_search_none")}</p>}
      <ol class="know-cards">
        {found.passages.map((passage) => (
          <Passage key={passage.id} passage={passage} isShown={shown.has(passage.document)} />
        ))}
      </ol>
      <ScoreWords found={found} />
    </>
  );
}

function sayOutcome({ asks_back, is_answerable }: Found): string {
  if (asks_back.length > 0) return t("desk_search_asked_back", { products: asks_back.join(", ") });
  return t(is_answerable ? "desk_search_answered" : "desk_search_declined");
}

function Passage({ passage, isShown }: { passage: FoundPassage; isShown: boolean }): JSX.Element {
  return (
    <li class="sheet passage">
      <h3>
        <a href={`#knowledge/articles/${passage.document}`} dir="auto">
          {passage.heading || passage.title}
        </a>{" "}
        {isShown && <span class="chip chip-good">{t("desk_search_used")}</span>}
      </h3>
      <div class="passage-text" dir="auto">
        <Markdown text={passage.text} mayLink={() => false} />
      </div>
      <dl class="scores">
        {Object.entries(passage.scores).map(([name, score]) => (
          <div key={name} class={name === "score" ? "score-all" : ""}>
            <dt>{nameScore(name)}</dt>
            <dd>{score.toFixed(2)}</dd>
          </div>
        ))}
      </dl>
    </li>
  );
}

/** What the numbers mean, once for all passages. */
function ScoreWords({ found }: { found: Found }): JSX.Element | null {
  const names = Object.keys(found.passages[0]?.scores ?? {}).filter((name) => tIfAny(`desk_score_${name}_about`));
  if (names.length === 0) return null;
  return (
    <details class="sheet">
      <summary>{t("desk_search_scores")}</summary>
      <dl class="score-words">
        {names.map((name) => (
          <div key={name}>
            <dt>{nameScore(name)}</dt>
            <dd>{tIfAny(`desk_score_${name}_about`)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

/** A score that we have no word for is shown under its own name: the search may learn new ones. */
function nameScore(name: string): string {
  return tIfAny(`desk_score_${name}`) || name.replace(/_/g, " ");
}
