/** What becomes of each kind of personal data: read by those who answer customers, set by administrators. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { sayError, t } from "../../../shared/lang";
import type { DeskClient } from "../../client";
import type { Draft, PrivacyDesk } from "../../privacy";
import type { Policy } from "../../types";
import { AllowList } from "./AllowList";
import { KindTable } from "./KindTable";
import { NameModel } from "./NameModel";
import { OwnPatterns } from "./OwnPatterns";
import { Rules } from "./Rules";
import { SaveBar } from "./SaveBar";
import { TryBox } from "./TryBox";

/** What every part of the page gets. */
export interface Part {
  desk: PrivacyDesk;
  policy: Policy;
  draft: Draft;
  isReadOnly: boolean;
}

export function PrivacyPage({ client }: { client: DeskClient }): JSX.Element {
  const { privacy } = client;
  const mayRead = client.may("see_privacy");
  useEffect(() => {
    if (mayRead && !privacy.policy.peek()) void privacy.load();
  }, [mayRead]);
  const isDirty = privacy.isDirty.value;
  useEffect(() => {
    if (!isDirty) return;
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [isDirty]);

  return (
    <main class="privacy">
      <div class="privacy-scroll">
        <header class="privacy-head">
          <h1>{t("desk_privacy")}</h1>
          <p>{t("desk_privacy_intro")}</p>
        </header>
        <Content client={client} mayRead={mayRead} />
      </div>
      {privacy.draft.value && client.may("set_privacy") && <SaveBar desk={privacy} />}
    </main>
  );
}

function Content({ client, mayRead }: { client: DeskClient; mayRead: boolean }): JSX.Element {
  const { privacy } = client;
  const [policy, draft, error] = [privacy.policy.value, privacy.draft.value, privacy.loadError.value];
  if (client.me.value && !mayRead) return <p class="notice">{t("desk_privacy_not_yours")}</p>;
  if (error) {
    return (
      <p class="notice" role="alert">
        {sayError(error, "desk_")}{" "}
        <button type="button" class="link" onClick={() => void privacy.load()}>
          {t("common_try_again")}
        </button>
      </p>
    );
  }
  if (!policy || !draft) return <p class="hint">{t("desk_loading")}</p>;
  const isReadOnly = !client.may("set_privacy");
  const part: Part = { desk: privacy, policy, draft, isReadOnly };
  return (
    <>
      {isReadOnly && <p class="notice">{t("desk_privacy_read_only")}</p>}
      <div class="privacy-columns">
        <TryBox {...part} />
        <div class="privacy-rules">
          <KindTable {...part} />
          <OwnPatterns {...part} />
          <AllowList {...part} />
          <NameModel {...part} />
          <Rules {...part} />
        </div>
      </div>
    </>
  );
}
