/** The whole panel: who answers, what was said, what can be done, where to write. */
import type { JSX } from "preact";
import { useLayoutEffect, useReducer, useRef } from "preact/hooks";
import { inkOn, readableOn } from "../../shared/colour";
import { currentLocale, t } from "../../shared/lang";
import type { Client } from "../client";
import { Actions } from "./Actions";
import { Announcer } from "./Announcer";
import { Composer } from "./Composer";
import { Conversation } from "./Conversation";
import { Header } from "./Header";
import { StatusBar } from "./StatusBar";
import { TroubleBar } from "./TroubleBar";

/** What links stand on in the two themes: `--raised` of `panel.css`. */
const LIGHT_GROUND = "#f3f3f6";
const DARK_GROUND = "#24262c";

export function PanelView({ client, close }: { client: Client; close: () => void }): JSX.Element {
  const [, drawAgain] = useReducer((count: number) => count + 1, 0);
  useLayoutEffect(() => client.watch(() => drawAgain(undefined)), [client]);
  const root = useRef<HTMLElement>(null);
  const colour = client.view.inbox?.color;
  useLayoutEffect(() => {
    if (colour && root.current) paint(root.current, colour);
  }, [colour]);
  return (
    <section
      ref={root}
      class="chat"
      role="dialog"
      aria-label={client.view.inbox?.name ?? t("widget_title")}
      lang={currentLocale()}
    >
      <Header client={client} close={close} />
      <StatusBar client={client} />
      <Conversation client={client} />
      <TroubleBar client={client} />
      <Actions client={client} />
      <Composer client={client} />
      <Announcer client={client} />
    </section>
  );
}

function paint(element: HTMLElement, colour: string): void {
  element.style.setProperty("--accent", colour);
  element.style.setProperty("--on-accent", inkOn(colour));
  element.style.setProperty("--link-light", readableOn(colour, LIGHT_GROUND));
  element.style.setProperty("--link-dark", readableOn(colour, DARK_GROUND));
}
