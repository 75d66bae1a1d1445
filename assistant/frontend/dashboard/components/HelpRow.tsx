/** What the assistant can do for an agent's reply: draft it, say it in other words, sum the conversation up. */
import type { JSX } from "preact";
import { t } from "../../shared/lang";
import type { DeskClient } from "../client";
import { translatable } from "../copilot";
import { nameLanguage } from "../format";
import type { Style } from "../types";

interface Props {
  client: DeskClient;
  /** A text that is too long to send is too long to be rewritten. */
  isTooLong: boolean;
  /** Called when the text in the box is another one. */
  changed(): void;
}

export function HelpRow({ client, isTooLong, changed }: Props): JSX.Element | null {
  const { copilot } = client;
  const language = translatable(client.row.value?.language ?? "");
  const isWritten = copilot.text.value.trim() !== "" && !isTooLong;
  const rewrite = (style: Style): void => void copilot.rewrite(style, language).then(changed);
  if (!client.may("reply")) return null;
  return (
    <fieldset class="help-row" aria-label={t("desk_help")}>
      <HelpButton client={client} words={t("desk_help_draft")} act={() => void copilot.draft().then(changed)} />
      <SummariseButton client={client} />
      {isWritten && (
        <>
          <HelpButton client={client} words={t("desk_help_shorter")} act={() => rewrite("shorter")} />
          <HelpButton client={client} words={t("desk_help_friendlier")} act={() => rewrite("friendlier")} />
          {language && (
            <HelpButton
              client={client}
              words={t("desk_help_translate", { language: nameLanguage(language) })}
              act={() => rewrite("translate")}
            />
          )}
        </>
      )}
      {copilot.canUndo.value && (
        <HelpButton
          client={client}
          words={t("desk_help_undo")}
          act={() => {
            copilot.undo();
            changed();
          }}
        />
      )}
    </fieldset>
  );
}

/** Also for who may reply and has not taken the conversation over yet. */
export function SummariseButton({ client }: { client: DeskClient }): JSX.Element | null {
  if (!client.may("reply")) return null;
  return <HelpButton client={client} words={t("desk_help_summarise")} act={() => void client.copilot.summarise()} />;
}

/** What was answered in a resolved conversation, as an article to start from. */
export function ArticleButton({ client }: { client: DeskClient }): JSX.Element | null {
  if (client.row.value?.state !== "resolved" || !client.may("write_knowledge")) return null;
  return <HelpButton client={client} words={t("desk_help_article")} act={() => void client.draftArticle()} />;
}

function HelpButton({ client, words, act }: { client: DeskClient; words: string; act(): void }): JSX.Element {
  const isBusy = client.copilot.busy.value !== null;
  return (
    <button type="button" class="action" aria-disabled={isBusy} onClick={() => !isBusy && act()}>
      {words}
    </button>
  );
}
