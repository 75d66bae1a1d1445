/** What the contact may do besides writing: stop the answer, ask for a person. */
import type { JSX } from "preact";
import { Icon } from "../../shared/components/Icon";
import { PERSON, STOP } from "../../shared/icons";
import { t } from "../../shared/lang";
import { findRunning } from "../../shared/thread";
import type { Client } from "../client";

export function Actions({ client }: { client: Client }): JSX.Element | null {
  const { thread, status, isPersonAsked } = client.view;
  const canAsk = thread.state === "assistant" && status.is !== "stopped";
  const isRunning = findRunning(thread) !== null;
  if (!canAsk && !isRunning) return null;
  return (
    <div class="actions">
      {canAsk && (
        <button type="button" class="chip" aria-disabled={isPersonAsked} onClick={() => client.askForPerson()}>
          <Icon path={PERSON} />
          {isPersonAsked ? t("widget_person_asked") : t("widget_ask_person")}
        </button>
      )}
      {isRunning && (
        <button type="button" class="chip" onClick={() => client.stopAnswer()}>
          <Icon path={STOP} />
          {t("widget_stop")}
        </button>
      )}
    </div>
  );
}
