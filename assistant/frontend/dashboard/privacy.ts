/** The tenant's privacy policy on the screen: as it is stored, as it is being changed, and what that would do. */
import { computed, signal } from "@preact/signals";
import { type Api, ApiError } from "./api";
import type { Pattern, PatternTrial, Policy, Treatment, Trial } from "./types";

export const TREATMENTS: readonly Treatment[] = ["keep", "placeholder", "destroy"];

/** In the order of the page; what else the server knows follows. */
export const KINDS = [
  "PERSON",
  "ADDRESS",
  "EMAIL",
  "PHONE",
  "DATE_OF_BIRTH",
  "CREDIT_CARD",
  "IBAN",
  "ACCOUNT_ID",
  "NATIONAL_ID",
  "IP_ADDRESS",
  "URL_WITH_TOKEN",
  "PASSWORD",
  "SECRET",
];

/** Whoever chooses less than the default for these is asked once more. */
export const DANGEROUS: ReadonlySet<string> = new Set(["PASSWORD", "SECRET"]);

export interface DraftPattern extends Pattern {
  /** Ours alone: rows keep their fields when one above them goes. */
  id: number;
}

export interface Draft {
  treatments: Readonly<Record<string, Treatment>>;
  patterns: readonly DraftPattern[];
  /** As it stands in the field: one text a line. */
  allowed: string;
  must_give_reason: boolean;
  retention_days: number;
  name_model: string;
}

/** What was refused; `detail` is the server's own sentence. */
export interface Refusal {
  code: string;
  detail: string;
}

const TRY_AFTER_MS = 300;

export function draftOf(policy: Policy): Draft {
  const { treatments, must_give_reason, retention_days, name_model } = policy;
  const patterns = policy.patterns.map((pattern, id) => ({ ...pattern, id }));
  return { treatments, patterns, allowed: policy.allowed.join("\n"), must_give_reason, retention_days, name_model };
}

export function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

/** Kinds that only this tenant's patterns find. */
export function isOwnKind(policy: Policy, kind: string): boolean {
  return !KINDS.includes(kind) && (!(kind in policy.treatments) || policy.patterns.some((own) => own.kind === kind));
}

/** The kinds that a row each is shown for. */
export function tableKinds(policy: Policy): string[] {
  const known = Object.keys(policy.treatments).filter((kind) => !isOwnKind(policy, kind));
  return [...KINDS.filter((kind) => known.includes(kind)), ...known.filter((kind) => !KINDS.includes(kind))];
}

export function treatmentOf(draft: Draft, policy: Policy, kind: string): Treatment {
  return draft.treatments[kind] ?? policy.defaults[kind] ?? "placeholder";
}

/** Less safe than what it is compared with? */
export function isWeaker(treatment: Treatment, than: Treatment): boolean {
  return TREATMENTS.indexOf(treatment) < TREATMENTS.indexOf(than);
}

/** What is sent: kinds whose pattern went are left out, and so are lines without words. */
export function policyOf(draft: Draft, policy: Policy): Omit<Policy, "defaults" | "limits" | "name_models"> {
  const own = new Set(draft.patterns.map((pattern) => pattern.kind));
  const known = tableKinds(policy);
  const treatments = Object.fromEntries(
    [...known, ...own].map((kind) => [kind, treatmentOf(draft, policy, kind)] as const),
  );
  return {
    treatments,
    patterns: draft.patterns.map(({ name, kind, pattern }) => ({ name: name.trim(), kind, pattern })),
    allowed: linesOf(draft.allowed),
    must_give_reason: draft.must_give_reason,
    retention_days: draft.retention_days,
    name_model: draft.name_model,
    version: policy.version,
  };
}

export function isChanged(draft: Draft, policy: Policy): boolean {
  return JSON.stringify(policyOf(draft, policy)) !== JSON.stringify(policyOf(draftOf(policy), policy));
}

/** How many of each kind, most first; the same value twice counts twice. */
export function countKinds({ spans }: Trial, treatment: Trial["spans"][number]["treatment"]): [string, number][] {
  const counts = new Map<string, number>();
  for (const span of spans) {
    if (span.treatment === treatment) counts.set(span.kind, (counts.get(span.kind) ?? 0) + 1);
  }
  return [...counts].sort(([a, n], [b, m]) => m - n || a.localeCompare(b));
}

export class PrivacyDesk {
  readonly policy = signal<Policy | null>(null);
  readonly draft = signal<Draft | null>(null);
  readonly loadError = signal<string | null>(null);

  readonly text = signal("");
  readonly trial = signal<Trial | null>(null);
  readonly tryError = signal<string | null>(null);
  /** How each own pattern does, by the id of its row. */
  readonly tried = signal<ReadonlyMap<number, PatternTrial>>(new Map());

  readonly isSaving = signal(false);
  readonly isSaved = signal(false);
  readonly refusal = signal<Refusal | null>(null);
  readonly isDirty = computed(() => {
    const [draft, policy] = [this.draft.value, this.policy.value];
    return !!draft && !!policy && isChanged(draft, policy);
  });

  private timer: ReturnType<typeof setTimeout> | undefined;
  private isTrying = false;
  private isStale = false;
  private nextId = 1_000;

  constructor(private readonly api: Api) {}

  async load(): Promise<void> {
    this.loadError.value = null;
    try {
      this.take(await this.api.policy());
    } catch (problem) {
      this.loadError.value = refusalOf(problem).code;
    }
  }

  change(change: Partial<Draft>): void {
    const draft = this.draft.peek();
    if (!draft) return;
    this.draft.value = { ...draft, ...change };
    this.isSaved.value = false;
    this.refusal.value = null;
    this.trySoon();
  }

  treat(kind: string, treatment: Treatment): void {
    this.change({ treatments: { ...this.draft.peek()?.treatments, [kind]: treatment } });
  }

  /** Returns the id of the new row. */
  addPattern(): number {
    const id = this.nextId++;
    this.change({ patterns: [...(this.draft.peek()?.patterns ?? []), { id, name: "", kind: "", pattern: "" }] });
    return id;
  }

  changePattern(id: number, change: Partial<Pattern>): void {
    const patterns = this.draft.peek()?.patterns ?? [];
    this.change({ patterns: patterns.map((one) => (one.id === id ? { ...one, ...change } : one)) });
  }

  removePattern(id: number): void {
    this.change({ patterns: (this.draft.peek()?.patterns ?? []).filter((one) => one.id !== id) });
  }

  type(text: string): void {
    this.text.value = text;
    this.trySoon();
  }

  discard(): void {
    const policy = this.policy.peek();
    if (policy) this.take(policy);
  }

  async save(): Promise<void> {
    const [draft, policy] = [this.draft.peek(), this.policy.peek()];
    if (!draft || !policy || this.isSaving.peek() || !this.isDirty.peek()) return;
    this.isSaving.value = true;
    this.refusal.value = null;
    try {
      this.take(await this.api.setPolicy(policyOf(draft, policy)));
      this.isSaved.value = true;
    } catch (problem) {
      this.refusal.value = refusalOf(problem);
    }
    this.isSaving.value = false;
  }

  private take(policy: Policy): void {
    this.policy.value = policy;
    this.draft.value = draftOf(policy);
    this.refusal.value = null;
    this.isSaved.value = false;
    this.trySoon();
  }

  private trySoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.try(), TRY_AFTER_MS);
  }

  /** One request at a time; what changed meanwhile is tried afterwards. */
  private async try(): Promise<void> {
    const [draft, policy, text] = [this.draft.peek(), this.policy.peek(), this.text.peek()];
    if (!draft || !policy) return;
    if (this.isTrying) {
      this.isStale = true;
      return;
    }
    this.isTrying = true;
    this.isStale = false;
    try {
      const { treatments, patterns, allowed } = policyOf(draft, policy);
      const name_model = policy.name_models.includes(draft.name_model) ? draft.name_model : "";
      const trial = await this.api.tryPolicy(text, { treatments, patterns, allowed, name_model });
      this.trial.value = trial;
      this.tried.value = new Map(trial.patterns.map((one, i) => [draft.patterns[i]?.id ?? -1, one]));
      this.tryError.value = null;
    } catch (problem) {
      this.tryError.value = refusalOf(problem).code;
    }
    this.isTrying = false;
    if (this.isStale) this.trySoon();
  }
}

function refusalOf(problem: unknown): Refusal {
  if (problem instanceof ApiError) return { code: problem.code, detail: problem.message };
  return { code: "other", detail: "" };
}
