/** Split, archive, delete: what can be done with a whole article. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../../shared/lang";
import type { Article } from "../../knowledge/types";
import { Confirm } from "../privacy/Confirm";
import type { EditorPart } from "./ArticleEditor";
import { SplitDialog } from "./SplitDialog";

export function ArticleActions({
  desk,
  editor,
  mayWrite,
  article,
}: EditorPart & { article: Article }): JSX.Element | null {
  const [isDeleting, setDeleting] = useState(false);
  const [isSplitting, setSplitting] = useState(false);
  if (!mayWrite) return null;
  const isArchived = article.archived_at !== null;
  const maySplit = article.audience === "public" && article.sections.length > 1 && !isArchived;
  return (
    <span class="know-actions">
      {maySplit && (
        <button type="button" class="action" onClick={() => setSplitting(true)}>
          {t("desk_article_split")}
        </button>
      )}
      <button type="button" class="action" onClick={() => void desk.archive(!isArchived)}>
        {t(isArchived ? "desk_article_unarchive" : "desk_article_archive")}
      </button>
      <button type="button" class="action action-bad" onClick={() => setDeleting(true)}>
        {t("desk_article_delete")}
      </button>
      <SplitDialog
        desk={desk}
        editor={editor}
        article={article}
        isOpen={isSplitting}
        close={() => setSplitting(false)}
      />
      <Confirm
        title={t("desk_article_delete_title")}
        words={t("desk_article_delete_words")}
        no={t("desk_cancel")}
        yes={t("desk_article_delete_yes")}
        isOpen={isDeleting}
        close={(isSure) => {
          setDeleting(false);
          if (isSure) void desk.destroy();
        }}
      />
    </span>
  );
}
