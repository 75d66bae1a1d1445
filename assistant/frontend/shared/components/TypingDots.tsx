/** Three dots: somebody is about to say something. The words for it are in `label`. */
import type { JSX } from "preact";

export function TypingDots({ label }: { label: string }): JSX.Element {
  return (
    <div class="dots" role="img" aria-label={label}>
      <i />
      <i />
      <i />
    </div>
  );
}
