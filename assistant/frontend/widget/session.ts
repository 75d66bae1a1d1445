/** Asking the server for a session: ten minutes, good for opening sockets only. */
import { Refusal, RetryLater } from "../shared/connection";
import type { Limits } from "../shared/frames";
import { readStored, writeStored } from "../shared/storage";
import { storageKey } from "./contract";

export interface InboxFace {
  name: string;
  greeting: string;
  color: string;
  assistant: string;
}

export interface Session {
  session: string;
  expires: string;
  visitor: string;
  conversation: string | null;
  limits: Limits;
  inbox: InboxFace;
}

/** The signed identity was not accepted; without it the visitor may go on. */
export class BadIdentity extends Error {}

const GIVE_UP_MS = 15_000;

/**
 * A new session for this visitor; stores the visitor's secret, which the server may have changed.
 *
 * Throws `Refusal(code)` when asking again is useless, `RetryLater` when the server says when, any other error else.
 */
export async function askSession(origin: string, key: string, lang: string, identity: string | null): Promise<Session> {
  const visitorKey = storageKey(key, "visitor");
  const visitor = readStored(visitorKey);
  const response = await fetch(`${origin}/widget/${encodeURIComponent(key)}/session`, {
    method: "POST",
    mode: "cors",
    credentials: "omit",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ lang, ...(visitor && { visitor }), ...(identity && { identity }) }),
    signal: AbortSignal.timeout(GIVE_UP_MS),
  });
  if (!response.ok) {
    throw await explain(response);
  }
  const session = (await response.json()) as Session;
  writeStored(visitorKey, session.visitor);
  return session;
}

async function explain(response: Response): Promise<Error> {
  const problem = (await response.json().catch(() => ({}))) as { code?: string; retry_ms?: number };
  const seconds = Number(response.headers.get("Retry-After") ?? "");
  if (response.status === 429 || seconds > 0) return new RetryLater(problem.retry_ms ?? (seconds || 5) * 1000);
  if (problem.code === "bad_identity") return new BadIdentity(problem.code);
  const isFinal = response.status >= 400 && response.status < 500;
  return isFinal ? new Refusal(problem.code ?? "refused") : new Error(problem.code ?? "unavailable");
}
