/** The sources of an answer: numbered chips that open the article in a new tab. */
import type { JSX } from "preact";
import type { Cite } from "../frames";
import { t } from "../lang";
import { isSafe } from "../markdown/links";

export function Citations({ cites }: { cites: readonly Cite[] }): JSX.Element | null {
  if (cites.length === 0) return null;
  return (
    <ul class="cites" aria-label={t("common_sources")}>
      {cites.map((cite) => (
        <li key={cite.n}>
          <Chip cite={cite} />
        </li>
      ))}
    </ul>
  );
}

function Chip({ cite }: { cite: Cite }): JSX.Element {
  const inside = (
    <>
      <b>{cite.n}</b>
      <span dir="auto">{cite.title}</span>
    </>
  );
  if (!isSafe(cite.url)) return <span class="cite">{inside}</span>;
  return (
    <a class="cite" href={cite.url} target="_blank" rel="noopener noreferrer" title={cite.title}>
      {inside}
    </a>
  );
}
