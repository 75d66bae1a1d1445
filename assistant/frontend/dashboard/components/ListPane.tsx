/** The conversations: filters with counts, search, and rows that load as one scrolls. */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { sayError, t } from "../../shared/lang";
import type { DeskClient } from "../client";
import { currentList } from "../desk";
import { Filters } from "./Filters";
import { RowView } from "./RowView";
import { SearchBox } from "./SearchBox";

export function ListPane({ client }: { client: DeskClient }): JSX.Element {
  const rows = client.rows.value;
  const selected = client.selected.value;
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-current="true"]')?.scrollIntoView({ block: "nearest" });
  }, [selected]);

  return (
    <nav class="pane list-pane" aria-label={t("desk_conversations")}>
      <SearchBox client={client} />
      <Filters client={client} />
      <div class="list-scroll">
        <ul ref={list} class="rows">
          {rows.map((row) => (
            <RowView key={row.id} row={row} client={client} />
          ))}
        </ul>
        <ListEnd client={client} isEmpty={rows.length === 0} />
      </div>
    </nav>
  );
}

function ListEnd({ client, isEmpty }: { client: DeskClient; isEmpty: boolean }): JSX.Element {
  const { desk } = client;
  const { isLoading, error, next } = currentList(desk.value);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && void client.loadMore(), {
      rootMargin: "400px",
    });
    // A failure waits for the button, or it would be tried again without end.
    if (end.current && next && !isLoading && !error) observer.observe(end.current);
    return () => observer.disconnect();
  }, [next, isLoading, error]);

  return (
    <div ref={end} class="list-end" role="status">
      {error && (
        <p>
          {sayError(error, "desk_")}{" "}
          <button type="button" class="link" onClick={() => void client.loadMore()}>
            {t("common_try_again")}
          </button>
        </p>
      )}
      {isLoading && (isEmpty ? <Skeleton /> : <p>{t("desk_loading")}</p>)}
      {isEmpty && !isLoading && !error && (
        <p class="list-empty">{desk.value.query ? t("desk_nothing_found") : t(`desk_empty_${desk.value.filter}`)}</p>
      )}
    </div>
  );
}

function Skeleton(): JSX.Element {
  return (
    <div class="skeleton" role="img" aria-label={t("desk_loading")}>
      <i />
      <i />
      <i />
      <i />
    </div>
  );
}
