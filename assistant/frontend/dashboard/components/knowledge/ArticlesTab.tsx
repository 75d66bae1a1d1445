/** All articles: look for one, open it, write another. */
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { t } from "../../../shared/lang";
import { formatDate } from "../../format";
import type { KnowledgeDesk } from "../../knowledge/desk";
import { ARTICLE_FILTERS, type Editor, validity } from "../../knowledge/state";
import type { ArticleRow } from "../../knowledge/types";
import { Choices } from "./Choices";
import type { Part } from "./KnowledgePage";

const PAUSE_MS = 250;

export function ArticlesTab({ desk, state, mayWrite }: Part): JSX.Element {
  const { query, filter, rows, next } = state.articles;
  const [text, setText] = useState(query);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const look = (value: string): void => {
    setText(value);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => void desk.lookFor(value.trim(), filter), PAUSE_MS);
  };
  return (
    <section aria-labelledby="articles-title">
      <h2 class="unseen" id="articles-title">
        {t("desk_know_tab_articles")}
      </h2>
      <div class="know-bar">
        <label class="field know-find">
          <span class="unseen">{t("desk_article_find")}</span>
          <input
            type="search"
            dir="auto"
            value={text}
            placeholder={t("desk_article_find")}
            onInput={(event) => look(event.currentTarget.value)}
          />
        </label>
        {mayWrite && (
          <button type="button" class="primary" onClick={() => desk.write()}>
            {t("desk_article_write")}
          </button>
        )}
      </div>
      <Choices
        label={t("desk_show")}
        names={ARTICLE_FILTERS}
        chosen={filter}
        say={(name) => t(`desk_article_filter_${name || "all"}`)}
        choose={(name) => void desk.lookFor(query, name)}
      />
      {state.left.map((editor, place) => (
        <Left key={place} desk={desk} editor={editor} />
      ))}
      {rows === null && <p class="hint">{t("desk_loading")}</p>}
      {rows?.length === 0 && <p class="know-none">{t("desk_article_none")}</p>}
      <ul class="know-rows">
        {rows?.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </ul>
      {next && (
        <button type="button" class="action" onClick={() => void desk.more()}>
          {t("desk_article_more")}
        </button>
      )}
    </section>
  );
}

/** A form that was left before it was saved. */
function Left({ desk, editor }: { desk: KnowledgeDesk; editor: Editor }): JSX.Element {
  return (
    <p class="notice" role="status">
      {t("desk_article_left")}{" "}
      <b dir="auto">{editor.draft.title.trim() || editor.article?.title || t("desk_article_new")}</b>{" "}
      <button type="button" class="link" onClick={() => desk.continueWith(editor)}>
        {t("desk_article_go_on")}
      </button>{" "}
      <button type="button" class="link" onClick={() => desk.giveUp(editor)}>
        {t("desk_article_give_up")}
      </button>
    </p>
  );
}

function Row({ row }: { row: ArticleRow }): JSX.Element {
  const days = validity(row, new Date().toISOString().slice(0, 10));
  return (
    <li>
      <a class="know-row" href={`#knowledge/articles/${row.id}`}>
        <span class="know-row-title" dir="auto">
          {row.title}
        </span>
        <span class="know-chips">
          {row.conflict !== null && <span class="chip chip-bad">{t("desk_article_filter_conflict")}</span>}
          {row.archived_at && <span class="chip">{t("desk_article_filter_archived")}</span>}
          {days !== "now" && <span class="chip chip-wait">{t(`desk_article_${days}`)}</span>}
          {row.audience === "internal" && <span class="chip chip-wait">{t("desk_article_filter_internal")}</span>}
          {row.segments.map((segment) => (
            <span key={segment} class="chip chip-wait">
              {segment}
            </span>
          ))}
          {row.is_edited && !row.archived_at && <span class="chip chip-busy">{t("desk_article_filter_edited")}</span>}
        </span>
        <span class="hint">
          {row.source} · {formatDate(row.updated_at)}
        </span>
      </a>
    </li>
  );
}
