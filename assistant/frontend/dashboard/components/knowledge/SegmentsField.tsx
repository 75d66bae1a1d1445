/** Groups of contacts, such as gold: of those who may see an article, or of whom a search is made. */
import type { JSX } from "preact";
import { t } from "../../../shared/lang";

interface Props {
  label: string;
  segments: string;
  isReadOnly?: boolean;
  /** What no segment means. */
  none?: string;
  change(segments: string): void;
}

export function SegmentsField({ label, segments, isReadOnly = false, none, change }: Props): JSX.Element {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        dir="auto"
        value={segments}
        readOnly={isReadOnly}
        placeholder={none ?? t("desk_know_segments_all")}
        onInput={(event) => change(event.currentTarget.value)}
      />
    </label>
  );
}
