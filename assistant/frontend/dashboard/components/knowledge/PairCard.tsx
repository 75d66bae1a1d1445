/** One pair: what is asked, what is answered, and what became of it. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Markdown } from "../../../shared/components/Markdown";
import { formatTime, t } from "../../../shared/lang";
import { isSafe } from "../../../shared/markdown/links";
import type { Pair } from "../../knowledge/types";
import { Confirm } from "../privacy/Confirm";
import type { Part } from "./KnowledgePage";
import { PairForm } from "./PairForm";

export function PairCard({ desk, state, mayWrite, pair }: Part & { pair: Pair }): JSX.Element {
  const [isEditing, setEditing] = useState(false);
  if (isEditing) {
    return (
      <li class="sheet">
        <PairForm
          pair={pair}
          isBusy={state.isBusy}
          close={() => setEditing(false)}
          save={async (draft) => {
            if (await desk.savePair(pair, draft)) setEditing(false);
          }}
        />
      </li>
    );
  }
  return (
    <li class="sheet pair">
      <h3 dir="auto">{pair.question}</h3>
      {pair.phrasings.length > 0 && (
        <p class="hint">
          {t("desk_pair_also")} {pair.phrasings.map((way) => `“${way}”`).join(", ")}
        </p>
      )}
      <div class="pair-answer" dir="auto">
        <Markdown text={pair.answer} mayLink={isSafe} />
      </div>
      <p class="hint">
        {t(`desk_pair_from_${pair.origin}`)}
        {pair.conversation_id && (
          <>
            {" · "}
            <a href={`#${pair.conversation_id}`}>{t("desk_gap_conversation")}</a>
          </>
        )}
        {pair.updated_by && ` · ${pair.updated_by}`} · {formatTime(pair.updated_at)}
        {pair.audience === "internal" && ` · ${t("desk_article_filter_internal")}`}
        {pair.segments.length > 0 && ` · ${pair.segments.join(", ")}`}
      </p>
      {mayWrite && <PairActions desk={desk} pair={pair} edit={() => setEditing(true)} />}
    </li>
  );
}

function PairActions({ desk, pair, edit }: Pick<Part, "desk"> & { pair: Pair; edit(): void }): JSX.Element {
  const [isDeleting, setDeleting] = useState(false);
  return (
    <p class="know-actions">
      {pair.state !== "approved" && (
        <button type="button" class="primary" onClick={() => void desk.decidePair(pair, "approved")}>
          {t("desk_pair_approve")}
        </button>
      )}
      {pair.state !== "rejected" && (
        <button type="button" class="action" onClick={() => void desk.decidePair(pair, "rejected")}>
          {t("desk_pair_reject")}
        </button>
      )}
      <button type="button" class="action" onClick={edit}>
        {t("desk_pair_edit")}
      </button>
      <button type="button" class="action action-bad" onClick={() => setDeleting(true)}>
        {t("desk_article_delete")}
      </button>
      <Confirm
        title={t("desk_pair_delete_title")}
        words={t("desk_pair_delete_words")}
        no={t("desk_cancel")}
        yes={t("desk_article_delete_yes")}
        isOpen={isDeleting}
        close={(isSure) => {
          setDeleting(false);
          if (isSure) void desk.deletePair(pair);
        }}
      />
    </p>
  );
}
