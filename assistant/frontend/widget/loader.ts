/**
 * What a page loads: the element, its launcher and the script API, in a few kilobytes.
 * The panel comes on the first sign of interest, or at once when a conversation is waiting.
 */
import en from "../shared/lang/en.json";
import zh from "../shared/lang/zh.json";
import { type DesksideApi, type EventName, type MountPanel, type Panel, type PanelHost, storageKey } from "./contract";
import { mountFrame } from "./frame";
import css from "./styles/loader.css";

/** The snippet is a classic script, so there always is one. */
const script = document.currentScript as HTMLScriptElement;
const options = script.dataset;
const { origin } = new URL(script.src);
const key = options["widget"] ?? "";
const isEmbedded = "embedded" in options;
const isFramed = options["isolation"] === "frame" && !isEmbedded;

/** Of these the build leaves only the launcher's own words; the panel's come as `widget-words-*.js`. */
const WORDS = { en, zh };

type Call = (panel: Panel) => void;

class DesksideWidget extends HTMLElement implements DesksideApi, PanelHost {
  readonly key = key;
  readonly origin = origin;
  readonly isEmbedded = isEmbedded;
  language = options["lang"] || document.documentElement.lang || navigator.language;
  words: Record<string, object> = {};
  readonly shadow = this.attachShadow({ mode: "open" });
  readonly place = make("div", "panel");

  private readonly layer = make("div", "layer");
  private readonly launcher = make("button", "launcher");
  private readonly badge = make("span", "badge");
  private readonly listeners = new Map<EventName, Set<(detail: unknown) => void>>();
  private panel: Panel | null = null;
  private waiting: Call[] = [];
  private isLoading = false;
  private isOpen = false;
  private unread = 0;

  connectedCallback(): void {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    this.shadow.adoptedStyleSheets = [sheet];
    this.layer.append(this.place);
    if (!isEmbedded) this.layer.append(this.launcher);
    this.layer.classList.toggle("embedded", isEmbedded);
    this.shadow.append(this.layer);
    this.place.hidden = true;
    this.launcher.append(drawIcon(), this.badge);
    this.launcher.onclick = () => this.toggle();
    this.launcher.onpointerenter = this.launcher.onfocus = () => this.load();
    this.layer.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.isOpen && !event.isComposing && !isEmbedded) this.close();
    });
    this.raise();
    const stored = recall("colour")?.split(" ");
    this.setColour(stored?.[0] ?? options["color"] ?? "", stored?.[1] ?? "");
    this.setUnread(0);
    if (isEmbedded) this.open();
    else if (recall("conversation") && !isFramed) this.load();
  }

  open(): void {
    if (this.isOpen) return;
    this.isOpen = true;
    this.place.hidden = false;
    this.setUnread(0);
    this.call((panel) => this.isOpen && panel.show());
    this.emit("open");
  }

  close(): void {
    if (!this.isOpen) return;
    this.emit("close");
    if (isEmbedded) return;
    this.isOpen = false;
    this.place.hidden = true;
    this.setUnread(0);
    this.panel?.hide();
    this.launcher.focus();
  }

  toggle(): void {
    if (this.isOpen) this.close();
    else this.open();
  }

  identify(jwt: string): void {
    this.later((panel) => panel.identify(jwt));
  }

  setLocale(lang: string): void {
    this.language = lang;
    this.setUnread(this.unread);
    if (this.isLoading) this.loadWords(() => this.later((panel) => panel.setLocale(lang)));
  }

  reset(): void {
    this.call((panel) => panel.reset());
  }

  on(event: EventName, listener: (detail: unknown) => void): () => void {
    const all = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, all.add(listener));
    return () => all.delete(listener);
  }

  emit(event: EventName, detail?: unknown): void {
    for (const listener of this.listeners.get(event) ?? []) listener(detail);
  }

  setUnread(count: number): void {
    const isNews = count !== this.unread;
    this.unread = count;
    const words = WORDS[this.spoken];
    const name = words[this.isOpen ? "launcher_close" : count ? "launcher_unread" : "launcher_open"];
    this.badge.hidden = count === 0;
    this.badge.textContent = `${count}`;
    this.launcher.setAttribute("aria-label", name.replace("{n}", `${count}`));
    this.launcher.setAttribute("aria-expanded", `${this.isOpen}`);
    if (isNews) this.emit("unread", { count });
  }

  setColour(colour: string, ink: string): void {
    if (!colour) return;
    this.layer.style.setProperty("--accent", colour);
    if (ink) this.layer.style.setProperty("--on-accent", ink);
    this.emit("colour", [colour, ink]);
    try {
      localStorage.setItem(storageKey(key, "colour"), `${colour} ${ink}`);
    } catch {
      // Storage may be refused; then the next page starts with the default colour.
    }
  }

  /** Called by the panel's script when it has arrived. */
  attach(mount: MountPanel): void {
    this.panel = mount(this);
    for (const call of this.waiting.splice(0)) call(this.panel);
    this.emit("ready");
  }

  call(act: Call): void {
    this.load();
    this.later(act);
  }

  private later(act: Call): void {
    if (this.panel) act(this.panel);
    else this.waiting.push(act);
  }

  private get spoken(): keyof typeof WORDS {
    return /^zh/i.test(this.language) ? "zh" : "en";
  }

  private load(): void {
    if (this.isLoading) return;
    this.isLoading = true;
    if (isFramed) {
      this.attach(mountFrame);
      return;
    }
    this.loadWords();
    fetchScript("widget-panel", () => {
      this.isLoading = false;
      this.emit("error", { code: "not_loaded" });
    });
  }

  private loadWords(then?: () => void): void {
    const tag = this.spoken;
    if (tag in this.words || isFramed) then?.();
    else fetchScript(`widget-words-${tag}`, then, then);
  }

  /** Into the top layer, above any z-index of the page; but not above a video in full screen. */
  private raise(): void {
    if (isEmbedded || !this.layer.showPopover) return;
    this.layer.popover = "manual";
    this.layer.showPopover();
    document.addEventListener("fullscreenchange", () => {
      this.layer.togglePopover(document.fullscreenElement === null);
    });
  }
}

function make<K extends keyof HTMLElementTagNameMap>(tag: K, name: string): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.className = name;
  return element;
}

function drawIcon(): SVGSVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const shape of [
    "M4 6.5A2.5 2.5 0 016.5 4h11A2.5 2.5 0 0120 6.5v7a2.5 2.5 0 01-2.5 2.5H12l-4.5 4v-4h-1A2.5 2.5 0 014 13.5z",
    "M6 9.5l6 6 6-6",
  ]) {
    const path = document.createElementNS(space, "path");
    path.setAttribute("d", shape);
    svg.append(path);
  }
  return svg;
}

/** Scripts that are asked for in order run in order. */
function fetchScript(name: string, failed?: () => void, loaded?: () => void): void {
  const tag = document.createElement("script");
  tag.src = `${origin}/static/deskside/${name}.js`;
  tag.async = false;
  tag.nonce = script.nonce;
  tag.onerror = failed ?? null;
  tag.onload = loaded ?? null;
  document.head.append(tag);
}

function recall(name: string): string | null {
  try {
    return localStorage.getItem(storageKey(key, name));
  } catch {
    return null;
  }
}

function begin(): void {
  if (!key || customElements.get("deskside-widget")) return;
  customElements.define("deskside-widget", DesksideWidget);
  const element = document.createElement("deskside-widget") as DesksideWidget;
  document.body.append(element);
  (window as unknown as { Deskside: DesksideApi }).Deskside = element;
  dispatchEvent(new Event("deskside:ready"));
}

// Some pages put the snippet into the head: there is no body yet.
if (document.body) begin();
else document.addEventListener("DOMContentLoaded", begin);
