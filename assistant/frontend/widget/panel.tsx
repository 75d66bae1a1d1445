/** The panel's bundle: mounts the conversation into the element that the loader made. */
import { render } from "preact";
import { inkOn } from "../shared/colour";
import { addWords, setLocale, type Words } from "../shared/lang";
import { readStored } from "../shared/storage";
import { Client } from "./client";
import { PanelView } from "./components/PanelView";
import { type MountPanel, type Panel, type PanelHost, storageKey } from "./contract";
import { serveFrame } from "./frame";
import css from "./styles/panel.css";

function mount(host: PanelHost): Panel {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  host.shadow.adoptedStyleSheets = [...host.shadow.adoptedStyleSheets, sheet];
  speak(host, host.language || navigator.language);

  let isShown = false;
  let unread = 0;
  const client = new Client({
    key: host.key,
    origin: host.origin,
    emit: (event, detail) => {
      host.emit(event, detail);
      if (event === "message" && !isShown) host.setUnread(++unread);
    },
  });
  let colour = "";
  client.watch(() => {
    const wanted = client.view.inbox?.color ?? "";
    if (wanted === colour) return;
    colour = wanted;
    host.setColour(colour, inkOn(colour));
  });
  const root = document.createElement("div");
  root.className = "root";
  host.place.append(root);
  const draw = (): void => render(<PanelView client={client} close={() => host.close()} />, root);
  draw();
  // A conversation is waiting: connect now, so that the launcher can count what is new.
  if (readStored(storageKey(host.key, "conversation"))) client.start();

  const panel: Panel = {
    show: () => {
      isShown = true;
      unread = 0;
      client.start();
      root.querySelector("textarea")?.focus();
    },
    hide: () => {
      isShown = false;
    },
    identify: (jwt) => client.identify(jwt),
    setLocale: (language) => {
      speak(host, language);
      draw();
    },
    reset: () => client.reset(),
  };
  if (host.isEmbedded) serveFrame(host, panel);
  return panel;
}

function speak(host: PanelHost, language: string): void {
  for (const [tag, words] of Object.entries(host.words)) addWords(tag, words as Words);
  setLocale(language);
}

const element = document.querySelector("deskside-widget") as (Element & { attach(mount: MountPanel): void }) | null;
element?.attach(mount);
