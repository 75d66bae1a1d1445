// Generated from assistant/interfaces/sockets/protocol.py by `manage.py generate`. Do not edit.

/** Where the client stands: conversation, epoch and last sequence. */
export interface Position {
  c: string;
  e: number;
  s: number;
}

/** First frame of a socket, within five seconds. */
export interface Hello {
  t: "hello";
  v: 1;
  token: string;
  caps?: string[];
  lang?: string;
  tz?: string;
  at?: Position | null;
}

/** A message of the contact; `id` is a UUIDv7 made by the client and makes resends harmless. */
export interface Say {
  t: "msg";
  id: string;
  text: string;
}

/** The button that asks for a person. */
export interface AskHuman {
  t: "human";
  id: string;
}

/** Stop the running answer `m`. */
export interface Stop {
  t: "stop";
  m: string;
}

/** The contact types, or stopped. */
export interface Typing {
  t: "typing";
  on: boolean;
}

/** What the contact thinks of the answer `m`; the last one counts. */
export interface Rate {
  t: "rate";
  m: string;
  v: "up" | "down";
}

/** A fresh session token for a socket that stays open. */
export interface Renew {
  t: "auth";
  token: string;
}

/** Heartbeat of the client. */
export interface Ping {
  t: "ping";
  n?: number;
}

/** First frame of a dashboard socket; the log-in cookie already said who it is. */
export interface DeskHello {
  t: "hello";
  v: 1;
}

/** Show me conversation `c` from sequence `s` on, live. */
export interface Watch {
  t: "watch";
  c: string;
  s?: number;
}

/** Stop showing conversation `c`. */
export interface Unwatch {
  t: "unwatch";
  c: string;
}

/** The agent types in conversation `c`, or stopped. */
export interface DeskTyping {
  t: "typing";
  c: string;
  on: boolean;
}

/** What the server accepts, so that the client need not find out. */
export interface Limits {
  text: number;
  frame: number;
}

/** Who said it: contact, assistant, agent or system; `name` is empty for the contact. */
export interface Author {
  kind: "contact" | "assistant" | "agent" | "system";
  name: string;
}

/** Where a sentence comes from; `url` opens the source article at its passage. */
export interface Cite {
  n: number;
  title: string;
  url: string;
}

/** Answer to hello: socket id, conversation, epoch, top sequence. What was missed follows, then `live`. */
export interface Hi {
  t: "hi";
  sid: string;
  c?: string | null;
  e: number;
  s: number;
  now: string;
  hb: number;
  limits: Limits;
}

/** End of the replay; what follows happens now. `c` is given on the dashboard. */
export interface Live {
  t: "live";
  c?: string | null;
}

/** The message with client id `id` is stored as `m` at sequence `s`; `dup` marks a repeat. */
export interface Ack {
  t: "ack";
  id: string;
  c: string;
  m: string;
  s: number;
  dup: boolean;
}

/** A whole message. `from` is spelt `by` in Python. `re` is the client id of a contact's own message. */
export interface Msg {
  t: "msg";
  c: string;
  s: number;
  m: string;
  from: Author;
  text: string;
  at: string;
  cites: Cite[];
  re?: string | null;
}

/** An answer to message `re` begins; its id will be `m`. */
export interface Start {
  t: "start";
  c: string;
  s: number;
  m: string;
  re: string;
}

/** A piece `d` of answer `m`; `o` code points were sent before it. */
export interface Delta {
  t: "delta";
  c: string;
  m: string;
  o: number;
  d: string;
}

/** Answer `m` so far, replacing what was shown. */
export interface Draft {
  t: "draft";
  c: string;
  m: string;
  o: 0;
  d: string;
}

/** Answer `m` is final. `len` in code points and `sum` (CRC-32 of its UTF-8) let the client check itself. */
export interface Done {
  t: "done";
  c: string;
  s: number;
  m: string;
  why: "complete" | "stopped" | "superseded" | "failed";
  at: string;
  cites: Cite[];
  len: number;
  sum: number;
}

/** Who owns the conversation now; `pos` is the place in the queue, from 1. */
export interface StateFrame {
  t: "state";
  c: string;
  s: number;
  state: "assistant" | "queued" | "human" | "resolved";
  pos?: number | null;
  agent?: string | null;
}

/** Somebody on the other side types, or stopped. */
export interface TypingFrame {
  t: "typing";
  c: string;
  who: string;
  on: boolean;
}

/** The client's position cannot be continued: forget what is shown and start at sequence 0. */
export interface Resync {
  t: "resync";
  c?: string | null;
  e: number;
  s: number;
  why: string;
}

/** What went wrong, with a stable code; `re` is the frame's `id` or `m`, `retry_ms` says when to try again. */
export interface ErrorFrame {
  t: "error";
  code: string;
  text: string;
  re?: string | null;
  retry_ms?: number | null;
  fatal: boolean;
}

/** Answer to ping. */
export interface Pong {
  t: "pong";
  n: number;
}

/** One line of the dashboard's conversation list. */
export interface Row {
  id: string;
  state: "assistant" | "queued" | "human" | "resolved";
  pending: "" | "handoff_offer";
  contact: string;
  is_verified: boolean;
  inbox: string;
  preview: string;
  language: string;
  reason: string;
  assignee?: string | null;
  is_mine: boolean;
  waiting_since?: string | null;
  s: number;
  updated_at: string;
}

/** Answer to the dashboard's hello. */
export interface DeskHi {
  t: "hi";
  sid: string;
  member: string;
  role: string;
  may: string[];
  now: string;
  hb: number;
}

/** A conversation appeared or changed. */
export interface RowFrame {
  t: "row";
  row: Row;
}

export type WidgetClientFrame = Hello | Say | AskHuman | Stop | Typing | Rate | Renew | Ping;

export type WidgetServerFrame =
  | Hi
  | Live
  | Ack
  | Msg
  | Start
  | Delta
  | Draft
  | Done
  | StateFrame
  | TypingFrame
  | Resync
  | ErrorFrame
  | Pong;

export type DeskClientFrame = DeskHello | Watch | Unwatch | DeskTyping | Ping;

export type DeskServerFrame =
  | DeskHi
  | RowFrame
  | Live
  | Msg
  | Start
  | Delta
  | Draft
  | Done
  | StateFrame
  | TypingFrame
  | ErrorFrame
  | Pong;
