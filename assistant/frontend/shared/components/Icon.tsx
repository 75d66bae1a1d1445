/** An icon from `icons.ts` in the current colour; always decoration beside a name. */
import type { JSX } from "preact";

export function Icon({ path }: { path: string }): JSX.Element {
  return (
    <svg
      class="icon"
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.6"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      <path d={path} />
    </svg>
  );
}
