/** What the assistant knows, what it lacks, and what people write for it: seen by agents, changed by managers. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { sayError, t } from "../../../shared/lang";
import type { DeskClient } from "../../client";
import type { KnowledgeDesk } from "../../knowledge/desk";
import { isUnsaved, type Knowledge, refusedField, TABS, type Tab } from "../../knowledge/state";
import { ArticleEditor } from "./ArticleEditor";
import { ArticlesTab } from "./ArticlesTab";
import { ChecksTab } from "./ChecksTab";
import { EvaluationTab } from "./EvaluationTab";
import { GapsTab } from "./GapsTab";
import { PairsTab } from "./PairsTab";
import { SearchTab } from "./SearchTab";
import { SourcesTab } from "./SourcesTab";

/** What every part of the page gets. */
export interface Part {
  desk: KnowledgeDesk;
  state: Knowledge;
  /** May this member change what is known? */
  mayWrite: boolean;
  mayImport: boolean;
  now: number;
}

export function KnowledgePage({ client }: { client: DeskClient }): JSX.Element {
  const desk = client.knowledge;
  const state = desk.state.value;
  const mayRead = client.may("see_knowledge");
  useEffect(() => {
    if (mayRead && !(state.tab === "articles" && state.editor)) void desk.load(state.tab);
  }, [mayRead, state.tab]);
  const isDirty = state.left.length > 0 || (state.editor !== null && isUnsaved(state.editor));
  useEffect(() => {
    if (!isDirty) return;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [isDirty]);
  if (client.me.value && !mayRead) return <main class="know notice">{t("desk_know_not_yours")}</main>;

  const part: Part = {
    desk,
    state,
    mayWrite: client.may("write_knowledge"),
    mayImport: client.may("import_knowledge"),
    now: client.now.value,
  };
  return (
    <main class="know">
      <header class="know-head">
        <h1>{t("desk_knowledge")}</h1>
        <Tabs tab={state.tab} />
      </header>
      <div class="know-scroll">
        {state.error && !refusedField(state) && (
          <p class="notice notice-bad" role="alert">
            {sayError(state.error, "desk_know_", "error_other")}{" "}
            {state.error === "stale_edit" ? (
              <button type="button" class="link" onClick={() => void desk.reload()}>
                {t("desk_know_reload")}
              </button>
            ) : (
              !state.editor && (
                <button type="button" class="link" onClick={() => void desk.load(state.tab)}>
                  {t("common_try_again")}
                </button>
              )
            )}
          </p>
        )}
        <Shown {...part} />
      </div>
    </main>
  );
}

/** Links, so that a tab has an address and opens in a window of its own. */
function Tabs({ tab }: { tab: Tab }): JSX.Element {
  return (
    <nav class="know-tabs" aria-label={t("desk_know_tabs")}>
      {TABS.map((one) => (
        <a key={one} href={`#knowledge/${one}`} aria-current={one === tab ? "page" : undefined}>
          {t(`desk_know_tab_${one}`)}
        </a>
      ))}
    </nav>
  );
}

function Shown(part: Part): JSX.Element {
  switch (part.state.tab) {
    case "gaps":
      return <GapsTab {...part} />;
    case "articles":
      return part.state.editor ? <ArticleEditor {...part} editor={part.state.editor} /> : <ArticlesTab {...part} />;
    case "pairs":
      return <PairsTab {...part} />;
    case "sources":
      return <SourcesTab {...part} />;
    case "search":
      return <SearchTab {...part} />;
    case "evaluation":
      return <EvaluationTab {...part} />;
    case "checks":
      return <ChecksTab {...part} />;
  }
}
