/** What the API says about knowledge: articles, gaps, pairs, sources, the search. */

export type Audience = "public" | "internal";

export interface ArticleRow {
  id: string;
  external_id: string;
  source: string;
  title: string;
  audience: Audience;
  segments: string[];
  language: string;
  product: string;
  version: number;
  is_edited: boolean;
  conflict: number | null;
  archived_at: string | null;
  /** The first and the last day on which it answers, as `2026-01-31`; `null`: no limit. */
  valid_from: string | null;
  valid_until: string | null;
  updated_at: string;
}

export interface Section {
  number: number;
  level: number;
  heading: string;
  text: string;
}

export interface Article extends ArticleRow {
  body: string;
  sections: Section[];
}

export interface Page<Row> {
  results: Row[];
  next: string | null;
}

export interface Version {
  number: number;
  title: string;
  audience: Audience;
  why: "import" | "edit" | "restore" | "split";
  by: string;
  at: string;
}

export interface DiffLine {
  op: "same" | "added" | "removed";
  text: string;
}

export interface OneVersion extends Version {
  body: string;
  against: number | null;
  diff: DiffLine[];
}

/** What an article answered, and how those answers were rated. */
export interface Usage {
  cited: number;
  last_cited_at: string | null;
  up: number;
  down: number;
  outcomes: Readonly<Record<string, number>>;
  recent: { question: string; conversation: string; rating: "up" | "down" | ""; at: string }[];
}

/** An article as it stands in the form. */
export interface ArticleDraft {
  title: string;
  body: string;
  audience: Audience;
  /** Groups of contacts that may see it, comma-separated; empty: all. */
  segments: string;
  product: string;
  /** Days; empty: no limit. */
  valid_from: string;
  valid_until: string;
}

export type GapState = "open" | "drafted" | "answered" | "dismissed";

export interface Gap {
  id: string;
  label: string;
  asked: number;
  first_asked_at: string;
  last_asked_at: string;
  state: GapState;
  document: string | null;
  document_title: string;
}

export interface GapQuestion {
  text: string;
  language: string;
  conversation: string;
  asked_at: string;
}

export interface Counted<Row> {
  results: Row[];
  counts: Readonly<Record<string, number>>;
  /** With gaps: answers of the last 30 days by what they came to. */
  outcomes?: Readonly<Record<string, number>>;
}

export interface GapDraft {
  title: string;
  body: string;
  origin: "replies" | "outline";
  replies: number;
  segments: string[];
}

export interface AskedAgain {
  question: string;
  is_answered: boolean;
  title: string;
}

export type PairState = "suggested" | "approved" | "rejected";

export interface PairDraft {
  question: string;
  phrasings: string[];
  answer: string;
  audience: Audience;
  segments: string[];
}

export interface Pair extends PairDraft {
  id: string;
  language: string;
  state: PairState;
  origin: "desk" | "import" | "conversation";
  conversation_id: string | null;
  version: number;
  updated_by: string;
  updated_at: string;
}

export interface FoundPassage {
  id: string;
  document: string;
  title: string;
  heading: string;
  text: string;
  language: string;
  scores: Readonly<Record<string, number>>;
}

export interface Found {
  question: string;
  is_answerable: boolean;
  asks_back: string[];
  confidence: number;
  answered_from: number;
  curated: string;
  recall: number;
  took_ms: number;
  passages: FoundPassage[];
  sentences: { text: string; document: string }[];
}

export type RunState = "queued" | "running" | "done" | "failed" | "cancelled";

export interface SourceRun {
  id: string;
  state: RunState;
  progress: number;
  total: number;
  found: number;
  changed: number;
  unchanged: number;
  removed: number;
  failed: number;
  created_at: string;
  finished_at: string | null;
}

export interface SourceProblem {
  code: string;
  message: string;
  place: string;
  external_id: string;
}

export interface Source {
  id: string;
  name: string;
  kind: "upload" | "website";
  audience: Audience;
  segments: string[];
  url: string;
  max_depth: number;
  max_pages: number;
  every_hours: number;
  is_paused: boolean;
  next_run_at: string | null;
  documents: number;
  last_run: SourceRun | null;
}

export interface NewSource {
  name: string;
  kind: Source["kind"];
  audience: Audience;
  segments: string[];
  url?: string;
  every_hours?: number;
  max_depth?: number;
  max_pages?: number;
}

export interface NewEvaluationQuestion {
  question: string;
  kind: "answerable" | "unanswerable";
  /** External ids of articles of which one has to be found. */
  expected: string[];
  must_contain: string[];
}

export interface EvaluationQuestion extends NewEvaluationQuestion {
  id: string;
  language: string;
}

export interface EvaluationRun {
  id: string;
  state: "queued" | "done" | "failed";
  by: string;
  started_at: string;
  finished_at: string | null;
  progress: number;
  total: number;
  figures: Figures;
}

export const SHARES = [
  "hit_at_1",
  "hit_at_5",
  "facts_complete",
  "declined_answerable",
  "declined_unanswerable",
] as const;

/** Shares from 0 to 1; one that no question is about is left out. */
export interface Figures extends Readonly<Partial<Record<(typeof SHARES)[number], number>>> {
  /** [share of the questions that is answered, share of these answers that is wrong], the surest first. */
  readonly risk_coverage?: readonly (readonly [number, number])[];
  /** The confidence from which on this tenant answers, and its point of the curve. */
  readonly threshold?: readonly [confidence: number, coverage: number, risk: number];
}

/** One of two articles that say the same. */
export interface ComparedArticle {
  id: string;
  external_id: string;
  title: string;
  audience: Audience;
}

export interface Duplicate {
  first: ComparedArticle;
  second: ComparedArticle;
  /** How alike they are, from 0 to 1. */
  score: number;
}

/** One of two places that say different figures: its article, its sentence, and the value in it. */
export interface ContradictingPlace {
  id: string;
  external_id: string;
  title: string;
  sentence: string;
  value: string;
}

export interface Contradiction {
  product: string;
  first: ContradictingPlace;
  second: ContradictingPlace;
  confidence: number;
}

/** What two articles say twice or differently, the surest first. */
export interface Checks {
  duplicates: readonly Duplicate[];
  contradictions: readonly Contradiction[];
}

/** What came of one question. */
export interface EvaluationRow {
  id: string;
  question: string;
  is_good: boolean;
  outcome: string;
  answer: string;
  retrieved: string[];
}
