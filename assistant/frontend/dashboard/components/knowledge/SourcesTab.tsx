/** Where articles come from: files and web sites, how far each import is and what it could not read. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../../shared/lang";
import type { Part } from "./KnowledgePage";
import { SourceCard } from "./SourceCard";
import { SourceForm } from "./SourceForm";

export function SourcesTab(part: Part): JSX.Element {
  const { desk, state, mayImport } = part;
  const [isAdding, setAdding] = useState(false);
  return (
    <section aria-labelledby="sources-title">
      <h2 class="unseen" id="sources-title">
        {t("desk_know_tab_sources")}
      </h2>
      <div class="know-bar">
        <p class="know-intro">{t("desk_know_sources_intro")}</p>
        {mayImport && !isAdding && (
          <button type="button" class="primary" onClick={() => setAdding(true)}>
            {t("desk_source_add")}
          </button>
        )}
      </div>
      {isAdding && (
        <SourceForm
          source={null}
          isBusy={state.isBusy}
          close={() => setAdding(false)}
          save={async (source, files) => {
            if (await desk.addSource(source, files)) setAdding(false);
          }}
        />
      )}
      {state.sources === null && !state.error && <p class="hint">{t("desk_loading")}</p>}
      {state.sources?.length === 0 && <p class="know-none">{t("desk_sources_none")}</p>}
      <ul class="know-cards">
        {state.sources?.map((source) => (
          <SourceCard key={source.id} {...part} source={source} />
        ))}
      </ul>
    </section>
  );
}
