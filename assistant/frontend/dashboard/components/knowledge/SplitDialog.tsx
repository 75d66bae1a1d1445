/** Which sections are for agents only: they move to an internal article of their own. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../../shared/lang";
import type { KnowledgeDesk } from "../../knowledge/desk";
import { type Editor, isUnsaved } from "../../knowledge/state";
import type { Article, Section } from "../../knowledge/types";
import { Modal } from "../Modal";

interface Props {
  desk: KnowledgeDesk;
  editor: Editor;
  article: Article;
  isOpen: boolean;
  close(): void;
}

export function SplitDialog({ isOpen, close, ...props }: Props): JSX.Element {
  return (
    <Modal title={t("desk_split_title")} isOpen={isOpen} close={close}>
      <Sections {...props} close={close} />
    </Modal>
  );
}

function Sections({ desk, editor, article, close }: Omit<Props, "isOpen">): JSX.Element {
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const [title, setTitle] = useState(t("desk_split_name_of", { title: article.title }));
  const sections = article.sections.filter((section) => section.text.trim() !== "");
  const moving = sections.filter((section) => chosen.has(section.number) || isBelow(section, chosen, article.sections));
  const isPossible = moving.length > 0 && moving.length < sections.length && !isUnsaved(editor);
  return (
    <form
      onSubmit={async (event) => {
        event.preventDefault();
        if (isPossible && (await desk.split([...chosen], title.trim()))) close();
      }}
    >
      <p>{t("desk_split_hint")}</p>
      {isUnsaved(editor) && <p class="is-over">{t("desk_split_save_first")}</p>}
      <ul class="split-sections">
        {sections.map((section) => (
          <li key={section.number} style={{ paddingInlineStart: `${Math.max(0, section.level - 1) * 18}px` }}>
            <label>
              <input
                type="checkbox"
                checked={moving.includes(section)}
                disabled={!chosen.has(section.number) && moving.includes(section)}
                onChange={() => setChosen(toggled(chosen, section.number))}
              />
              <span dir="auto">{section.heading || t("desk_split_beginning")}</span>
            </label>
          </li>
        ))}
      </ul>
      <label class="field">
        <span>{t("desk_split_name")}</span>
        <input dir="auto" value={title} maxLength={300} onInput={(event) => setTitle(event.currentTarget.value)} />
      </label>
      <p class="modal-foot">
        <button type="button" class="action" onClick={close}>
          {t("desk_cancel")}
        </button>
        <button type="submit" class="primary" disabled={!isPossible}>
          {t("desk_split_do")}
        </button>
      </p>
    </form>
  );
}

/** Does it stand, as a smaller one, under a chosen section? Then it moves with that. */
function isBelow(section: Section, chosen: ReadonlySet<number>, all: readonly Section[]): boolean {
  let level = section.level;
  for (let i = section.number - 1; i > 0 && level > 1; i--) {
    const above = all[i];
    if (!above || above.level >= level) continue;
    if (chosen.has(above.number)) return true;
    level = above.level;
  }
  return false;
}

function toggled(chosen: ReadonlySet<number>, number: number): ReadonlySet<number> {
  const next = new Set(chosen);
  if (!next.delete(number)) next.add(number);
  return next;
}
