/** The REST API with the session cookie; every failure is an `ApiError` with a stable code. */
import type { Row } from "../shared/frames";
import type {
  CustomerCard,
  Erasure,
  Filter,
  Made,
  Me,
  Policy,
  RowPage,
  SimilarConversation,
  Style,
  Trial,
} from "./types";

export class ApiError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    detail: string,
    /** The field that is wrong, as we named it; empty when it is none. */
    readonly field = "",
  ) {
    super(detail);
  }
}

export type OwnerAction = "take-over" | "hand-back" | "resolve";

export class Api {
  constructor(
    private readonly tenant: string,
    private readonly csrf: string,
  ) {}

  me(): Promise<Me> {
    return this.ask("me");
  }

  rows(filter: Filter, query: string, cursor: string | null): Promise<RowPage> {
    const search = new URLSearchParams();
    if (filter !== "all") search.set("state", filter);
    if (query) search.set("q", query);
    if (cursor) search.set("cursor", cursor);
    return this.ask(`conversations?${search}`);
  }

  row(id: string): Promise<Row> {
    return this.ask(`conversations/${id}`);
  }

  customer(id: string): Promise<CustomerCard> {
    return this.ask(`conversations/${id}/customer`);
  }

  /** Others of the same concern, the most like it first. */
  async similar(id: string): Promise<readonly SimilarConversation[]> {
    return (await this.ask<{ conversations: SimilarConversation[] }>(`conversations/${id}/similar?most=5`))
      .conversations;
  }

  change(id: string, action: OwnerAction): Promise<Row> {
    return this.ask(`conversations/${id}/${action}`, {});
  }

  /** `message` is made by the client, so that sending it again stores it once. */
  reply(id: string, message: string, text: string): Promise<{ m: string; s: number }> {
    return this.ask(`conversations/${id}/messages`, { id: message, text });
  }

  /** The value behind `<EMAIL_1>`, or with null behind every placeholder of the conversation. */
  reveal(id: string, placeholder: string | null, reason: string): Promise<{ values: Record<string, string> }> {
    return this.ask(`conversations/${id}/reveal`, { ...(placeholder ? { placeholder } : { all: true }), reason });
  }

  summary(id: string): Promise<Made> {
    return this.ask(`conversations/${id}/summary`, {});
  }

  /** A reply to start from; nothing is sent. */
  draft(id: string): Promise<Made> {
    return this.ask(`conversations/${id}/draft`, {});
  }

  /** An article to start from, of what was answered in a resolved conversation; nothing is published. */
  draftArticle(id: string): Promise<Made> {
    return this.ask("knowledge/drafts", { conversations: [id] });
  }

  rewrite(text: string, style: Style, language: string | null): Promise<Made> {
    return this.ask("text/rewrite", { text, style, ...(language && { language }) });
  }

  contactOf(id: string): Promise<{ contact_id: string }> {
    return this.ask(`conversations/${id}`);
  }

  /** For ever; a repeat is harmless and finds nothing. */
  erase(contact: string, reason: string): Promise<Erasure> {
    return this.ask(`contacts/${contact}?${new URLSearchParams({ reason })}`, undefined, "DELETE");
  }

  policy(): Promise<Policy> {
    return this.ask("privacy/policy");
  }

  setPolicy(policy: Omit<Policy, "defaults" | "limits" | "name_models">): Promise<Policy> {
    return this.ask("privacy/policy", policy, "PUT");
  }

  tryPolicy(text: string, policy: Pick<Policy, "treatments" | "patterns" | "allowed" | "name_model">): Promise<Trial> {
    return this.ask("privacy/try", { text, policy });
  }

  /** JSON there and back; files go as a form. */
  async ask<T>(path: string, body?: object, method = body ? "POST" : "GET"): Promise<T> {
    const isForm = body instanceof FormData;
    const response = await fetch(`/api/v1/${path}`, {
      method,
      credentials: "same-origin",
      headers: {
        Accept: "application/json",
        "X-Deskside-Tenant": this.tenant,
        ...(method !== "GET" && { "X-CSRFToken": this.csrf }),
        ...(body && !isForm && { "Content-Type": "application/json" }),
      },
      ...(body && { body: isForm ? body : JSON.stringify(body) }),
    }).catch(() => {
      throw new ApiError("network", 0, "");
    });
    if (response.ok) return (await response.json()) as T;
    const problem = (await response.json().catch(() => ({}))) as Partial<Record<"code" | "detail" | "field", string>>;
    throw new ApiError(problem.code ?? "other", response.status, problem.detail ?? "", problem.field);
  }
}
