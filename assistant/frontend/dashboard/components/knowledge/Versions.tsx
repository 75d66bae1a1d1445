/** What an article said before, who changed it, and what was new each time. */
import type { JSX } from "preact";
import { formatTime, t } from "../../../shared/lang";
import type { Article, Version } from "../../knowledge/types";
import type { EditorPart } from "./ArticleEditor";
import { Diff } from "./Diff";

export function Versions(part: EditorPart & { article: Article }): JSX.Element {
  const { versions } = part.editor;
  return (
    <section class="sheet versions" aria-labelledby="versions-title">
      <h3 id="versions-title">{t("desk_versions")}</h3>
      {versions === null && <p class="hint">{t("desk_loading")}</p>}
      <ol>
        {versions?.map((version) => (
          <Row key={version.number} {...part} version={version} />
        ))}
      </ol>
    </section>
  );
}

function Row({ desk, editor, mayWrite, article, version }: EditorPart & { article: Article; version: Version }) {
  const { number } = version;
  const isShown = editor.shown?.number === number;
  const isCurrent = number === article.version;
  return (
    <li>
      <div class="version">
        <span>
          <b>{t("desk_version", { n: number })}</b> {t(`desk_version_why_${version.why}`)}
          {version.by && ` · ${version.by}`} <span class="hint">{formatTime(version.at)}</span>
        </span>
        {isCurrent && <span class="chip chip-good">{t("desk_version_current")}</span>}
        {number === article.conflict && <span class="chip chip-bad">{t("desk_article_filter_conflict")}</span>}
        <span class="spring" />
        <button
          type="button"
          class="action"
          aria-expanded={isShown}
          onClick={() => void desk.showVersion(isShown ? null : number)}
        >
          {t("desk_version_changes")}
          <span class="unseen"> {t("desk_version", { n: number })}</span>
        </button>
        {mayWrite && !isCurrent && !article.archived_at && (
          <button type="button" class="action" onClick={() => void desk.restore(number)}>
            {t("desk_version_restore")}
            <span class="unseen"> {t("desk_version", { n: number })}</span>
          </button>
        )}
      </div>
      {isShown && editor.shown && <Diff version={editor.shown} />}
    </li>
  );
}
