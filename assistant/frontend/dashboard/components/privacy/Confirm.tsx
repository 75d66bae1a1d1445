/** Really? The safe answer comes first; Escape is the safe answer too. */
import type { JSX } from "preact";
import { Modal } from "../Modal";

interface Props {
  title: string;
  words: string;
  no: string;
  yes: string;
  isOpen: boolean;
  close(isSure: boolean): void;
}

export function Confirm({ title, words, no, yes, isOpen, close }: Props): JSX.Element {
  return (
    <Modal title={title} isOpen={isOpen} close={() => close(false)}>
      <p>{words}</p>
      <p class="modal-foot">
        <button type="button" class="primary" onClick={() => close(false)}>
          {no}
        </button>
        <button type="button" class="action action-bad" onClick={() => close(true)}>
          {yes}
        </button>
      </p>
    </Modal>
  );
}
