/** One article in the form: what it says, how a customer sees it, what it said before. */
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "../../../shared/components/Icon";
import { Markdown } from "../../../shared/components/Markdown";
import { BACK } from "../../../shared/icons";
import { t } from "../../../shared/lang";
import { isSafe } from "../../../shared/markdown/links";
import { type Editor, isComplete, isUnsaved } from "../../knowledge/state";
import { ArticleActions } from "./ArticleActions";
import { Asked } from "./Asked";
import { AudienceField } from "./AudienceField";
import { Conflict } from "./Conflict";
import type { Part } from "./KnowledgePage";
import { Question } from "./Question";
import { SegmentsField } from "./SegmentsField";
import { Usage } from "./Usage";
import { Versions } from "./Versions";

const DAYS = ["valid_from", "valid_until"] as const;

export interface EditorPart extends Part {
  editor: Editor;
}

export function ArticleEditor(part: EditorPart): JSX.Element {
  const { desk, editor, mayWrite } = part;
  const { article, gap } = editor;
  return (
    <section class="editor" aria-labelledby="editor-title">
      <div class="know-bar">
        <button type="button" class="action" onClick={() => desk.close()}>
          <Icon path={BACK} />
          {t("desk_article_back")}
        </button>
        <h2 id="editor-title" dir="auto">
          {article?.title ?? t("desk_article_new")}
        </h2>
        {article && <ArticleActions {...part} article={article} />}
      </div>
      {article && (
        <p class="hint editor-place">
          {article.source} · {article.external_id}
        </p>
      )}
      {article && article.conflict !== null && <Conflict {...part} article={article} />}
      {article?.archived_at && <p class="notice">{t("desk_article_is_archived")}</p>}
      {gap && <ForGap {...part} />}
      {editor.conversation && (
        <p class="notice">
          {t("desk_article_from_conversation")}{" "}
          <a href={`#${editor.conversation}`}>{t("desk_article_see_conversation")}</a>
        </p>
      )}
      <div class="editor-columns">
        <Form {...part} isReadOnly={!mayWrite || article?.archived_at != null} />
        <Preview editor={editor} />
      </div>
      {article && (
        <div class="editor-columns">
          <Versions {...part} article={article} />
          <Usage {...part} />
        </div>
      )}
    </section>
  );
}

function Form({ desk, state, editor, isReadOnly }: EditorPart & { isReadOnly: boolean }): JSX.Element {
  const { draft, article } = editor;
  const isDirty = isUnsaved(editor);
  return (
    <form
      class="sheet editor-form"
      onSubmit={(event) => {
        event.preventDefault();
        void desk.save();
      }}
    >
      <label class="field">
        <span>{t("desk_article_title")}</span>
        <input
          dir="auto"
          value={draft.title}
          maxLength={300}
          readOnly={isReadOnly}
          onInput={(event) => desk.change({ title: event.currentTarget.value })}
        />
      </label>
      <div class="field-pair">
        <AudienceField
          audience={draft.audience}
          isReadOnly={isReadOnly}
          change={(audience) => desk.change({ audience })}
        />
        {draft.audience === "public" && (
          <SegmentsField
            label={t("desk_know_segments")}
            segments={draft.segments}
            isReadOnly={isReadOnly}
            change={(segments) => desk.change({ segments })}
          />
        )}
        <label class="field">
          <span>{t("desk_article_product")}</span>
          <input
            dir="auto"
            value={draft.product}
            maxLength={120}
            readOnly={isReadOnly}
            onInput={(event) => desk.change({ product: event.currentTarget.value })}
          />
        </label>
      </div>
      <div class="field-pair">
        {DAYS.map((name) => (
          <label key={name} class="field">
            <span>{t(`desk_article_${name}`)}</span>
            <input
              type="date"
              value={draft[name]}
              readOnly={isReadOnly}
              aria-invalid={state.badField === name}
              onInput={(event) => desk.change({ [name]: event.currentTarget.value })}
            />
          </label>
        ))}
      </div>
      <label class="field">
        <span>{t("desk_article_body")}</span>
        <textarea
          rows={18}
          dir="auto"
          value={draft.body}
          readOnly={isReadOnly}
          onInput={(event) => desk.change({ body: event.currentTarget.value })}
        />
      </label>
      {!isReadOnly && (
        <p class="know-actions">
          <span class="hint" role="status">
            {isDirty ? t("desk_article_unsaved") : article ? t("desk_article_saved", { n: article.version }) : ""}
          </span>
          <button type="submit" class="primary" disabled={!isDirty || !isComplete(editor) || state.isBusy}>
            {t("desk_article_save")}
          </button>
        </p>
      )}
    </form>
  );
}

function Preview({ editor }: { editor: Editor }): JSX.Element {
  const { title, body } = editor.draft;
  return (
    <section class="sheet editor-preview" aria-labelledby="preview-title">
      <h3 id="preview-title">{t("desk_article_preview")}</h3>
      <p class="preview-title" dir="auto">
        {title}
      </p>
      <div dir="auto">
        <Markdown text={body} mayLink={isSafe} />
      </div>
    </section>
  );
}

/** What this article is written for; once it is saved, whether it does what it should. */
function ForGap({ desk, state, editor }: EditorPart): JSX.Element | null {
  const { gap, article, replies } = editor;
  const [isAsked, setAsked] = useState(false);
  useEffect(() => setAsked(false), [article?.version]);
  if (!gap) return null;
  const asked = isAsked && state.gap?.id === gap.id ? state.gap.asked : null;
  const after = state.gaps.page?.results.find((other) => other.id === gap.id) ?? gap;
  return (
    <div class="notice for-gap">
      <p>
        {t("desk_article_for_gap")}{" "}
        <b>
          <Question text={gap.label} />
        </b>
      </p>
      {!article && replies !== null && (
        <p>{replies > 0 ? t("desk_article_from_replies", { n: replies }) : t("desk_article_from_outline")}</p>
      )}
      {asked && <Asked asked={asked} isAnswered={after.state === "answered"} />}
      {article && (
        <button
          type="button"
          class="primary"
          disabled={state.isBusy}
          onClick={() => {
            setAsked(true);
            void desk.askAgain(gap);
          }}
        >
          {t("desk_gap_ask_again")}
        </button>
      )}
    </div>
  );
}
