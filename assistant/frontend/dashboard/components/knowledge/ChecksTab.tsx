/** What articles say twice or differently, both places side by side. Which one is right a person decides. */
import type { ComponentChildren, JSX } from "preact";
import { t } from "../../../shared/lang";
import type { ComparedArticle, ContradictingPlace, Contradiction, Duplicate } from "../../knowledge/types";
import type { Part } from "./KnowledgePage";

export function ChecksTab({ desk, state }: Part): JSX.Element {
  const { checks } = state;
  return (
    <section aria-labelledby="checks-title">
      <h2 class="unseen" id="checks-title">
        {t("desk_know_tab_checks")}
      </h2>
      <div class="know-bar">
        <p class="know-intro">{t("desk_know_checks_intro")}</p>
        <button type="button" class="action" disabled={state.isBusy} onClick={() => void desk.loadChecks()}>
          {t("desk_checks_again")}
        </button>
      </div>
      {!checks && state.isBusy && <p class="hint">{t("desk_loading")}</p>}
      {checks && (
        <>
          <Found id="contradictions" count={checks.contradictions.length}>
            {checks.contradictions.map((one) => (
              <Differing key={`${one.first.id}${one.first.value}${one.second.id}${one.second.value}`} found={one} />
            ))}
          </Found>
          <Found id="duplicates" count={checks.duplicates.length}>
            {checks.duplicates.map((one) => (
              <Same key={`${one.first.id}${one.second.id}`} found={one} />
            ))}
          </Found>
        </>
      )}
    </section>
  );
}

interface FoundProps {
  id: "contradictions" | "duplicates";
  count: number;
  children: ComponentChildren;
}

function Found({ id, count, children }: FoundProps): JSX.Element {
  return (
    <section aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>{t(`desk_checks_${id}`, { n: count })}</h3>
      {count === 0 ? <p class="know-none">{t(`desk_checks_no_${id}`)}</p> : <ol class="know-cards">{children}</ol>}
    </section>
  );
}

function Differing({ found }: { found: Contradiction }): JSX.Element {
  return (
    <li class="sheet check">
      <p class="hint">
        {found.product && <span dir="auto">{found.product} · </span>}
        {t("desk_checks_sure", { n: Math.round(found.confidence * 100) })}
      </p>
      <div class="editor-columns">
        <Place place={found.first} />
        <Place place={found.second} />
      </div>
    </li>
  );
}

function Place({ place }: { place: ContradictingPlace }): JSX.Element {
  return (
    <div>
      <ArticleLink article={place} />
      <p class="passage-text" dir="auto">
        <Marked text={place.sentence} value={place.value} />
      </p>
    </div>
  );
}

/** The value in its sentence; one that the sentence writes in another way stands behind it. */
function Marked({ text, value }: { text: string; value: string }): JSX.Element {
  const at = text.indexOf(value);
  if (at === -1) {
    return (
      <>
        {text} <mark>{value}</mark>
      </>
    );
  }
  return (
    <>
      {text.slice(0, at)}
      <mark>{value}</mark>
      {text.slice(at + value.length)}
    </>
  );
}

function Same({ found }: { found: Duplicate }): JSX.Element {
  return (
    <li class="sheet check">
      <p class="hint">{t("desk_checks_alike", { n: Math.round(found.score * 100) })}</p>
      <div class="editor-columns">
        <Copy article={found.first} />
        <Copy article={found.second} />
      </div>
    </li>
  );
}

function Copy({ article }: { article: ComparedArticle }): JSX.Element {
  return (
    <div>
      <ArticleLink article={article} />
      <p class="hint">{t(`desk_know_audience_${article.audience}`)}</p>
    </div>
  );
}

/** Two articles may have one title; their names at the source tell them apart. */
function ArticleLink({ article }: { article: Pick<ComparedArticle, "id" | "external_id" | "title"> }): JSX.Element {
  return (
    <p class="check-title">
      <a href={`#knowledge/articles/${article.id}`} dir="auto">
        {article.title}
      </a>{" "}
      <span class="hint">{article.external_id}</span>
    </p>
  );
}
