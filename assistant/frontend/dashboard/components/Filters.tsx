/** All, waiting, mine, assistant, resolved: how many of each, and which is shown. */
import type { JSX } from "preact";
import { t } from "../../shared/lang";
import type { DeskClient } from "../client";
import { FILTERS } from "../types";

export function Filters({ client }: { client: DeskClient }): JSX.Element {
  const desk = client.desk.value;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would be announced as a form
    <div class="filters" role="group" aria-label={t("desk_show")}>
      {FILTERS.map((filter) => {
        const count = desk.counts?.[filter];
        return (
          <button
            key={filter}
            type="button"
            class={filter === "waiting" && count ? "filter filter-urgent" : "filter"}
            aria-pressed={desk.filter === filter}
            onClick={() => client.choose(filter)}
          >
            {t(`desk_filter_${filter}`)} <span>{count}</span>
          </button>
        );
      })}
    </div>
  );
}
