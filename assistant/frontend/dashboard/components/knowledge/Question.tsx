/** A customer's question with its placeholders as chips that open for nobody here. */
import type { JSX } from "preact";
import { parsePlain } from "../../../shared/markdown/plain";
import { namePlaceholder } from "../../format";

export function Question({ text }: { text: string }): JSX.Element {
  return (
    <span dir="auto">
      {parsePlain(text).map((part, i) =>
        part.t === "placeholder" ? (
          <span key={i} class="secret is-shut">
            {namePlaceholder(part.label)}
          </span>
        ) : (
          part.t === "text" && part.text
        ),
      )}
    </span>
  );
}
