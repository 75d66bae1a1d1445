/** A dialog of the browser's own: Escape closes it, and the focus goes back to where it was. */
import type { ComponentChildren, JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

interface Props {
  title: string;
  isOpen: boolean;
  close(): void;
  children: ComponentChildren;
}

export function Modal({ title, isOpen, close, children }: Props): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const element = dialog.current;
    if (!element || element.open === isOpen) return;
    if (isOpen) element.showModal();
    else element.close();
  }, [isOpen]);
  return (
    <dialog ref={dialog} class="modal" aria-labelledby={id} onClose={close}>
      <h2 id={id}>{title}</h2>
      {isOpen && children}
    </dialog>
  );
}
