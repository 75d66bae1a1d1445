/** How a text was made and what it rests on: articles as links, messages as buttons that show them. */
import type { JSX } from "preact";
import { formatTime, t, tIfAny } from "../../shared/lang";
import type { DeskClient } from "../client";
import type { Helped } from "../copilot";
import { nameContact } from "../format";
import type { TextSource } from "../types";
import { nameOf } from "./Messages";

export function Sources({ client, made }: { client: DeskClient; made: Helped }): JSX.Element {
  return (
    <>
      <p class="hint">
        {tIfAny(`desk_help_${made.help}_${made.way}`)} {made.dropped > 0 && t("desk_help_dropped", { n: made.dropped })}
      </p>
      {made.sources.length > 0 && (
        <ul class="cites" aria-label={t("common_sources")}>
          {made.sources.map((source, i) => (
            <li key={`${source.id}${source.sequence}`}>
              <SourceChip client={client} source={source} n={i + 1} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function SourceChip({ client, source, n }: { client: DeskClient; source: TextSource; n: number }): JSX.Element {
  if (source.kind === "message") return <MessageChip client={client} sequence={source.sequence} n={n} />;
  const place = source.kind === "document" ? `articles/${source.id}` : "pairs";
  return (
    <a class="cite" href={`#knowledge/${place}`} title={source.title}>
      <b>{n}</b>
      <span dir="auto">{source.title}</span>
    </a>
  );
}

function MessageChip({ client, sequence, n }: { client: DeskClient; sequence: number; n: number }): JSX.Element {
  const entry = client.thread.value.entries.find((other) => other.s === sequence);
  const who = entry && nameOf(entry, nameContact(client.row.value));
  return (
    <button type="button" class="cite" onClick={() => showMessage(sequence)}>
      <b>{n}</b>
      <span dir="auto">{entry ? `${who} · ${formatTime(entry.at)}` : t("desk_help_message", { n: sequence })}</span>
    </button>
  );
}

function showMessage(sequence: number): void {
  document.querySelector(`.messages [data-s="${sequence}"]`)?.scrollIntoView({ block: "center" });
}
