/** Who has the conversation, in one coloured word. */
import type { JSX } from "preact";
import type { Row } from "../../shared/frames";
import { t } from "../../shared/lang";

export function StateChip({ row }: { row: Row }): JSX.Element {
  return <span class={`chip chip-${row.state}`}>{nameOwner(row)}</span>;
}

function nameOwner(row: Row): string {
  if (row.state !== "human") return t(`desk_state_${row.state}`);
  return row.is_mine ? t("desk_mine") : (row.assignee ?? t("desk_state_human"));
}
