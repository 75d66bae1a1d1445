/** The source changed an article that people had changed here: somebody decides, nothing is lost. */
import type { JSX } from "preact";
import { t } from "../../../shared/lang";
import type { Article } from "../../knowledge/types";
import type { EditorPart } from "./ArticleEditor";

export function Conflict({ desk, mayWrite, article }: EditorPart & { article: Article }): JSX.Element {
  const theirs = article.conflict ?? 0;
  return (
    <div class="notice notice-bad conflict" role="status">
      <p>{t("desk_conflict_words", { source: article.source })}</p>
      <p class="know-actions">
        <button type="button" class="action" onClick={() => void desk.showVersion(theirs, article.version)}>
          {t("desk_conflict_compare")}
        </button>
        {mayWrite && (
          <>
            <button type="button" class="action" onClick={() => void desk.keep()}>
              {t("desk_conflict_ours")}
            </button>
            <button type="button" class="action" onClick={() => void desk.restore(theirs)}>
              {t("desk_conflict_theirs")}
            </button>
          </>
        )}
      </p>
    </div>
  );
}
