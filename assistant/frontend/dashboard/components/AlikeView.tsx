/** How others were helped with the same: other conversations that began like the one in view. */
import type { JSX } from "preact";
import { sayError, t } from "../../shared/lang";
import type { DeskClient } from "../client";
import { formatDate } from "../format";
import type { SimilarConversation } from "../types";
import { StateChip } from "./StateChip";

export function AlikeView({ client }: { client: DeskClient }): JSX.Element {
  const state = client.alike.state.value;
  return (
    <section aria-labelledby="alike-title">
      <h2 id="alike-title">{t("desk_alike")}</h2>
      <div role="status">
        {state.is === "asked" && <p class="hint">{t("desk_loading")}</p>}
        {state.is === "failed" && <p class="hint">{sayError(state.code, "desk_")}</p>}
        {state.is === "found" &&
          (state.rows.length === 0 ? (
            <p class="hint">{t("desk_alike_none")}</p>
          ) : (
            <p class="unseen">{t("desk_alike_found", { n: state.rows.length })}</p>
          ))}
      </div>
      {state.is === "found" ? (
        <ul class="shelf">
          {state.rows.map((row) => (
            <AlikeRow key={row.id} row={row} />
          ))}
        </ul>
      ) : (
        <button
          type="button"
          class="action"
          aria-disabled={state.is === "asked"}
          onClick={() => void client.alike.find()}
        >
          {t(state.is === "failed" ? "common_try_again" : "desk_alike_find")}
        </button>
      )}
    </section>
  );
}

function AlikeRow({ row }: { row: SimilarConversation }): JSX.Element {
  return (
    <li class="card">
      <a class="alike" href={`#${row.id}`}>
        <span class="alike-about" dir="auto">
          {row.about || row.preview}
        </span>
        <span class="card-foot">
          <StateChip row={row} />
          <span>{t("desk_checks_alike", { n: Math.round(row.score * 100) })}</span>
          <span>{formatDate(row.updated_at)}</span>
        </span>
      </a>
    </li>
  );
}
