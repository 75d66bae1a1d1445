/** A question, other ways to ask it, and the answer that is told word for word. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../../shared/lang";
import { segmentsOf } from "../../knowledge/state";
import type { Pair, PairDraft } from "../../knowledge/types";
import { linesOf } from "../../privacy";
import { AudienceField } from "./AudienceField";
import { SegmentsField } from "./SegmentsField";

interface Props {
  pair: Pair | null;
  isBusy: boolean;
  save(draft: PairDraft): void;
  close(): void;
}

export function PairForm({ pair, isBusy, save, close }: Props): JSX.Element {
  const [question, setQuestion] = useState(pair?.question ?? "");
  const [ways, setWays] = useState(pair?.phrasings.join("\n") ?? "");
  const [answer, setAnswer] = useState(pair?.answer ?? "");
  const [audience, setAudience] = useState(pair?.audience ?? "public");
  const [segments, setSegments] = useState(pair?.segments.join(", ") ?? "");
  const isComplete = question.trim() !== "" && answer.trim() !== "";
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isComplete) return;
        const readers = { audience, segments: segmentsOf(segments) };
        save({ question: question.trim(), phrasings: linesOf(ways), answer, ...readers });
      }}
    >
      <label class="field">
        <span>{t("desk_pair_question")}</span>
        <input
          dir="auto"
          value={question}
          maxLength={500}
          onInput={(event) => setQuestion(event.currentTarget.value)}
        />
      </label>
      <label class="field">
        <span>{t("desk_pair_phrasings")}</span>
        <textarea rows={3} dir="auto" value={ways} onInput={(event) => setWays(event.currentTarget.value)} />
      </label>
      <label class="field">
        <span>{t("desk_pair_answer")}</span>
        <textarea rows={5} dir="auto" value={answer} onInput={(event) => setAnswer(event.currentTarget.value)} />
      </label>
      <AudienceField audience={audience} change={setAudience} />
      <SegmentsField label={t("desk_know_segments")} segments={segments} change={setSegments} />
      <p class="know-actions">
        <button type="button" class="action" onClick={close}>
          {t("desk_cancel")}
        </button>
        <button type="submit" class="primary" disabled={!isComplete || isBusy}>
          {t("desk_article_save")}
        </button>
      </p>
    </form>
  );
}
