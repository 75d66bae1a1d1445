/** The seam between the loader (on every page, tiny) and the panel (loaded when somebody wants to talk). */

export type EventName = "ready" | "open" | "close" | "message" | "unread" | "state" | "colour" | "error";

/** What the loader offers to the panel. */
export interface PanelHost {
  readonly key: string;
  /** Where the API lives, without a trailing slash. */
  readonly origin: string;
  readonly language: string;
  /** Words of the languages that were loaded. */
  readonly words: Readonly<Record<string, object>>;
  /** The panel is alone in its document (a frame on our origin). */
  readonly isEmbedded: boolean;
  readonly shadow: ShadowRoot;
  /** Where the panel draws itself. */
  readonly place: HTMLElement;
  emit(event: EventName, detail?: unknown): void;
  on(event: EventName, listener: (detail: unknown) => void): () => void;
  close(): void;
  setUnread(count: number): void;
  setColour(colour: string, ink: string): void;
}

/** What the panel offers to the loader. */
export interface Panel {
  show(): void;
  hide(): void;
  identify(jwt: string): void;
  setLocale(lang: string): void;
  reset(): void;
}

export type MountPanel = (host: PanelHost) => Panel;

/** The script API on the element and on `window.Deskside`. */
export interface DesksideApi {
  open(): void;
  close(): void;
  toggle(): void;
  identify(jwt: string): void;
  setLocale(lang: string): void;
  reset(): void;
  /** Calls `listener` for each event; returns a function that ends it. */
  on(event: EventName, listener: (detail: unknown) => void): () => void;
}

/** Where things are kept in local storage, per widget. */
export function storageKey(widget: string, name: string): string {
  return `deskside:${widget}:${name}`;
}
