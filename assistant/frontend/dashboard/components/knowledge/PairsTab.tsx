/** Questions with an approved answer, told word for word, and suggestions learned from conversations. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../../shared/lang";
import { PAIR_STATES } from "../../knowledge/state";
import { Choices } from "./Choices";
import type { Part } from "./KnowledgePage";
import { PairCard } from "./PairCard";
import { PairForm } from "./PairForm";

export function PairsTab(part: Part): JSX.Element {
  const { desk, state, mayWrite } = part;
  const { page } = state.pairs;
  const [isWriting, setWriting] = useState(false);
  return (
    <section aria-labelledby="pairs-title">
      <h2 class="unseen" id="pairs-title">
        {t("desk_know_tab_pairs")}
      </h2>
      <div class="know-bar">
        <p class="know-intro">{t("desk_know_pairs_intro")}</p>
        {mayWrite && !isWriting && (
          <button type="button" class="primary" onClick={() => setWriting(true)}>
            {t("desk_pair_write")}
          </button>
        )}
      </div>
      {isWriting && (
        <div class="sheet">
          <PairForm
            pair={null}
            isBusy={state.isBusy}
            close={() => setWriting(false)}
            save={async (draft) => {
              if (!(await desk.savePair(null, draft))) return;
              setWriting(false);
              void desk.showPairs("approved");
            }}
          />
        </div>
      )}
      <Choices
        label={t("desk_show")}
        names={PAIR_STATES}
        chosen={state.pairs.state}
        counts={page?.counts}
        say={(name) => t(`desk_pair_${name}`)}
        choose={(name) => void desk.showPairs(name)}
      />
      {!page && <p class="hint">{t("desk_loading")}</p>}
      {page?.results.length === 0 && <p class="know-none">{t(`desk_pairs_none_${state.pairs.state}`)}</p>}
      <ul class="know-cards">
        {page?.results.map((pair) => (
          <PairCard key={pair.id} {...part} pair={pair} />
        ))}
      </ul>
    </section>
  );
}
