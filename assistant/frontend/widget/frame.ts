/**
 * `data-isolation="frame"`: the panel lives in a frame on our origin, so that the page's scripts cannot read it.
 * Page and frame talk over a private port, handed over once to our exact origin; nothing is ever posted to "*".
 */
import type { EventName, Panel, PanelHost } from "./contract";

const FROM_PAGE = ["show", "hide", "identify", "setLocale", "reset"] as const;
const TO_PAGE: readonly EventName[] = ["close", "message", "unread", "state", "colour", "error"];

/** In the page: a frame as the panel. */
export function mountFrame(host: PanelHost): Panel {
  const frame = document.createElement("iframe");
  const { port1, port2 } = new MessageChannel();
  frame.title = "Deskside";
  frame.src = `${host.origin}/widget/${encodeURIComponent(host.key)}/frame`;
  frame.onload = () => frame.contentWindow?.postMessage("deskside", host.origin, [port2]);
  port1.onmessage = ({ data: [name, detail] }: MessageEvent<[EventName, unknown]>) => {
    if (name === "colour") host.setColour(...(detail as [string, string]));
    else if (name === "unread") host.setUnread((detail as { count: number }).count);
    else if (name === "close") host.close();
    else if (TO_PAGE.includes(name)) host.emit(name, detail);
  };
  host.place.append(frame);
  const tell = (name: (typeof FROM_PAGE)[number]) => (detail?: string) => port1.postMessage([name, detail]);
  return {
    show: () => {
      frame.focus();
      tell("show")();
    },
    hide: tell("hide"),
    identify: tell("identify"),
    setLocale: tell("setLocale"),
    reset: tell("reset"),
  };
}

/** In the frame: do what the page asks, tell it what happens. */
export function serveFrame(host: PanelHost, panel: Panel): void {
  addEventListener("message", ({ source, ports: [port] }) => {
    if (source !== parent || !port) return;
    port.onmessage = ({ data: [name, detail] }: MessageEvent<[(typeof FROM_PAGE)[number], string]>) => {
      if (FROM_PAGE.includes(name)) panel[name](detail);
    };
    for (const event of TO_PAGE) host.on(event, (detail) => port.postMessage([event, detail]));
  });
}
