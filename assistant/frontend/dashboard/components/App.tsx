/** Three columns: who writes, what is said, who it is. On a phone they are pages. */
import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { currentLocale, t } from "../../shared/lang";
import type { DeskClient } from "../client";
import { listenFor, type Shortcut } from "../shortcuts";
import { CustomerPane } from "./CustomerPane";
import { HelpDialog } from "./HelpDialog";
import { KnowledgePage } from "./knowledge/KnowledgePage";
import { ListPane } from "./ListPane";
import { PrivacyPage } from "./privacy/PrivacyPage";
import { ReasonDialog } from "./ReasonDialog";
import { ThreadPane } from "./ThreadPane";
import { Toasts } from "./Toasts";
import { TopBar } from "./TopBar";

export function App({ client, csrf, logout }: { client: DeskClient; csrf: string; logout: string }): JSX.Element {
  const isHelpOpen = useSignal(false);
  const shortcuts: Shortcut[] = [
    { key: "j", says: "desk_key_next", act: () => client.step(1) },
    { key: "k", says: "desk_key_previous", act: () => client.step(-1) },
    { key: "t", says: "desk_take_over", act: () => press("take-over") },
    { key: "b", says: "desk_hand_back", act: () => press("hand-back") },
    { key: "e", says: "desk_resolve", act: () => press("resolve") },
    { key: "r", says: "desk_key_reply", act: () => document.getElementById("reply")?.focus() },
    { key: "/", says: "desk_key_search", act: () => document.getElementById("search")?.focus() },
    {
      key: "?",
      says: "desk_key_help",
      act: () => {
        isHelpOpen.value = true;
      },
    },
  ];
  useEffect(() => listenFor(shortcuts), []);

  return (
    <div class="desk" data-room={client.room.value} data-page={client.page.value} lang={currentLocale()}>
      <TopBar client={client} csrf={csrf} logout={logout} openHelp={() => (isHelpOpen.value = true)} />
      <RoomOf client={client} />
      <ReasonDialog client={client} />
      <HelpDialog shortcuts={shortcuts} isOpen={isHelpOpen} />
      <Toasts client={client} />
    </div>
  );
}

function RoomOf({ client }: { client: DeskClient }): JSX.Element {
  if (client.room.value === "privacy") return <PrivacyPage client={client} />;
  if (client.room.value === "knowledge") return <KnowledgePage client={client} />;
  return (
    <main class="columns">
      <h1 class="unseen">{t("desk_title")}</h1>
      <ListPane client={client} />
      <ThreadPane client={client} />
      <CustomerPane client={client} />
    </main>
  );
}

/** A shortcut presses the button on the screen: it does what that does, and nothing when it is not there. */
function press(action: string): void {
  document.querySelector<HTMLButtonElement>(`[data-action="${action}"]`)?.click();
}
