/** Single keys that do things, as long as nobody is writing. */
import type { Key } from "../shared/lang";

export interface Shortcut {
  key: string;
  says: Key;
  act(): void;
}

export function listenFor(shortcuts: readonly Shortcut[]): () => void {
  const listen = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isWriting(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const shortcut = shortcuts.find((other) => other.key === event.key);
    if (!shortcut) return;
    event.preventDefault();
    shortcut.act();
  };
  document.addEventListener("keydown", listen);
  return () => document.removeEventListener("keydown", listen);
}

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}
