/** What customers ask and nothing answers, the question that most asked first. */
import type { JSX } from "preact";
import { formatWait, t } from "../../../shared/lang";
import { GAP_STATES } from "../../knowledge/state";
import type { Gap } from "../../knowledge/types";
import { Choices } from "./Choices";
import { GapDetail } from "./GapDetail";
import type { Part } from "./KnowledgePage";
import { Question } from "./Question";

const OUTCOMES = ["curated", "generated", "extractive", "clarified", "declined"] as const;
const TONES = { open: "wait", drafted: "busy", answered: "good", dismissed: "quiet" } as const;

export function GapsTab(part: Part): JSX.Element {
  const { desk, state } = part;
  const { page } = state.gaps;
  return (
    <section aria-labelledby="gaps-title">
      <h2 class="unseen" id="gaps-title">
        {t("desk_know_tab_gaps")}
      </h2>
      <p class="know-intro">{t("desk_know_gaps_intro")}</p>
      {page?.outcomes && (
        <p class="hint">
          {t("desk_gaps_outcomes")}{" "}
          {OUTCOMES.map((name) => `${page.outcomes?.[name] ?? 0} ${t(`desk_outcome_${name}`)}`).join(" · ")}
        </p>
      )}
      <Choices
        label={t("desk_show")}
        names={GAP_STATES}
        chosen={state.gaps.state}
        counts={page?.counts}
        say={(name) => t(`desk_gap_${name}`)}
        choose={(name) => void desk.showGaps(name)}
      />
      {!page && <p class="hint">{t("desk_loading")}</p>}
      {page?.results.length === 0 && <p class="know-none">{t(`desk_gaps_none_${state.gaps.state}`)}</p>}
      <ol class="know-cards">
        {page?.results.map((gap) => (
          <GapCard key={gap.id} {...part} gap={gap} />
        ))}
      </ol>
    </section>
  );
}

function GapCard({ gap, ...part }: Part & { gap: Gap }): JSX.Element {
  const { desk, state, now } = part;
  const isOpen = state.gap?.id === gap.id;
  return (
    <li class="sheet gap">
      <button
        type="button"
        class="gap-head"
        aria-expanded={isOpen}
        aria-controls={isOpen ? `gap-${gap.id}` : undefined}
        onClick={() => void desk.unfold(isOpen ? null : gap.id)}
      >
        <span class="gap-asked">
          <b>{gap.asked}</b> <span>{t(gap.asked === 1 ? "desk_gap_asked_once" : "desk_gap_asked")}</span>
        </span>
        <span class="gap-label">
          <Question text={gap.label} />
          <span class="hint">{t("desk_gap_last", { when: formatWait(gap.last_asked_at, now) })}</span>
        </span>
        <span class={`chip chip-${TONES[gap.state]}`}>{t(`desk_gap_${gap.state}`)}</span>
      </button>
      {isOpen && <GapDetail {...part} gap={gap} />}
    </li>
  );
}
