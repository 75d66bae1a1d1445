/** What the knowledge desk shows, and how each thing that happens changes it. Pure. */
import type {
  Article,
  ArticleDraft,
  ArticleRow,
  AskedAgain,
  Checks,
  Counted,
  EvaluationQuestion,
  EvaluationRow,
  EvaluationRun,
  Found,
  Gap,
  GapQuestion,
  GapState,
  OneVersion,
  Page,
  Pair,
  PairState,
  Source,
  SourceProblem,
  Usage,
  Version,
} from "./types";

export const TABS = ["gaps", "articles", "pairs", "sources", "search", "evaluation", "checks"] as const;
export type Tab = (typeof TABS)[number];

export const GAP_STATES: readonly GapState[] = ["open", "drafted", "answered", "dismissed"];
export const PAIR_STATES: readonly PairState[] = ["suggested", "approved", "rejected"];
export const ARTICLE_FILTERS = ["", "conflict", "edited", "internal", "expired", "archived"] as const;
export type ArticleFilter = (typeof ARTICLE_FILTERS)[number];

/** An article in the form; `article` is null for one that is not written yet. */
export interface Editor {
  article: Article | null;
  draft: ArticleDraft;
  /** The gap that it is written for. */
  gap: Gap | null;
  /** What a draft for a gap was made of: so many answers of agents; null when nobody asked for one. */
  replies: number | null;
  /** The conversation that a draft was made of. */
  conversation: string | null;
  versions: readonly Version[] | null;
  usage: Usage | null;
  shown: OneVersion | null;
}

export interface Knowledge {
  tab: Tab;
  gaps: { state: GapState; page: Counted<Gap> | null };
  /** The gap that is unfolded, with its questions, and what asking again brought. */
  gap: { id: string; questions: readonly GapQuestion[] | null; asked: readonly AskedAgain[] | null } | null;
  articles: { query: string; filter: ArticleFilter; rows: readonly ArticleRow[] | null; next: string | null };
  editor: Editor | null;
  /** Forms that were left before they were saved, the last one first. */
  left: readonly Editor[];
  pairs: { state: PairState; page: Counted<Pair> | null };
  sources: readonly Source[] | null;
  /** Problems by run. */
  problems: ReadonlyMap<string, readonly SourceProblem[]>;
  found: Found | null;
  evaluation: {
    questions: readonly EvaluationQuestion[] | null;
    runs: readonly EvaluationRun[] | null;
    shown: { id: string; rows: readonly EvaluationRow[] } | null;
  };
  checks: Checks | null;
  /** The code of what went wrong last, and the field that the API names. */
  error: string | null;
  badField: string | null;
  isBusy: boolean;
}

export type KnowledgeAction =
  | { t: "tab"; tab: Tab }
  | { t: "busy" }
  | { t: "failed"; code: string; field?: string }
  | { t: "forgiven" }
  | { t: "gaps"; state: GapState; page: Counted<Gap> | null }
  | { t: "gap"; id: string | null }
  | { t: "questions"; id: string; questions: readonly GapQuestion[] }
  | { t: "asked"; gap: Gap; asked: readonly AskedAgain[] }
  | { t: "gap-changed"; gap: Gap }
  | { t: "look-for"; query: string; filter: ArticleFilter }
  | { t: "articles"; page: Page<ArticleRow>; isMore: boolean }
  | { t: "write"; draft: ArticleDraft; gap?: Gap; replies?: number; conversation?: string }
  | { t: "article"; article: Article; gap: Gap | null }
  | { t: "draft"; draft: Partial<ArticleDraft> }
  | { t: "history"; id: string; versions: readonly Version[]; usage: Usage }
  | { t: "version"; version: OneVersion | null }
  /** `isGone`: the article is deleted, and what was typed about it with it. */
  | { t: "close"; isGone?: boolean }
  /** Go on with a form that was left, or give it up. */
  | { t: "continue"; left: Editor }
  | { t: "give-up"; left: Editor }
  | { t: "pairs"; state: PairState; page: Counted<Pair> | null }
  | { t: "sources"; sources: readonly Source[] }
  | { t: "problems"; run: string; problems: readonly SourceProblem[] }
  | { t: "found"; found: Found | null }
  | { t: "evaluation"; questions: readonly EvaluationQuestion[]; runs: readonly EvaluationRun[] }
  | { t: "evaluated"; id: string; rows: readonly EvaluationRow[] }
  | { t: "checks"; checks: Checks };

export const EMPTY_KNOWLEDGE: Knowledge = {
  tab: "gaps",
  gaps: { state: "open", page: null },
  gap: null,
  articles: { query: "", filter: "", rows: null, next: null },
  editor: null,
  left: [],
  pairs: { state: "suggested", page: null },
  sources: null,
  problems: new Map(),
  found: null,
  evaluation: { questions: null, runs: null, shown: null },
  checks: null,
  error: null,
  badField: null,
  isBusy: false,
};

export const EMPTY_DRAFT: ArticleDraft = {
  title: "",
  body: "",
  audience: "public",
  segments: "",
  product: "",
  valid_from: "",
  valid_until: "",
};

const NEW_ARTICLE: Editor = {
  article: null,
  draft: EMPTY_DRAFT,
  gap: null,
  replies: null,
  conversation: null,
  versions: [],
  usage: null,
  shown: null,
};

export function reduceKnowledge(before: Knowledge, action: KnowledgeAction): Knowledge {
  if (action.t === "busy") return { ...before, isBusy: true, error: null, badField: null };
  if (action.t === "failed") return { ...before, isBusy: false, error: action.code, badField: action.field || null };
  const state = { ...before, isBusy: false };
  switch (action.t) {
    case "tab":
      return { ...state, tab: action.tab, error: null, badField: null };
    case "forgiven":
      return { ...state, error: null, badField: null };
    case "gaps":
      return { ...state, gaps: { state: action.state, page: action.page } };
    case "gap":
      return { ...state, gap: action.id ? { id: action.id, questions: null, asked: null } : null };
    case "questions":
      return state.gap?.id === action.id ? { ...state, gap: { ...state.gap, questions: action.questions } } : state;
    case "asked":
      return withGap({ ...state, gap: { ...(state.gap ?? opened(action.gap)), asked: action.asked } }, action.gap);
    case "gap-changed":
      return withGap(state, action.gap);
    case "look-for":
      return { ...state, articles: { query: action.query, filter: action.filter, rows: null, next: null } };
    case "articles": {
      const earlier = action.isMore ? (state.articles.rows ?? []) : [];
      const { results, next } = action.page;
      return { ...state, articles: { ...state.articles, rows: [...earlier, ...results], next } };
    }
    case "write": {
      const { draft, gap = null, replies = null, conversation = null } = action;
      return { ...leave(state), editor: { ...NEW_ARTICLE, draft, gap, replies, conversation } };
    }
    case "article":
      return withArticle(state, action.article, action.gap);
    case "draft":
      return state.editor
        ? { ...state, editor: { ...state.editor, draft: { ...state.editor.draft, ...action.draft } }, error: null }
        : state;
    case "history": {
      const { id, versions, usage } = action;
      return state.editor?.article?.id === id ? { ...state, editor: { ...state.editor, versions, usage } } : state;
    }
    case "version":
      return state.editor ? { ...state, editor: { ...state.editor, shown: action.version } } : state;
    case "close":
      return { ...(action.isGone ? { ...state, editor: null } : leave(state)), error: null };
    case "continue":
      return { ...leave(without(state, action.left)), editor: action.left };
    case "give-up":
      return without(state, action.left);
    case "pairs":
      return { ...state, pairs: { state: action.state, page: action.page } };
    case "sources":
      return { ...state, sources: action.sources };
    case "problems":
      return { ...state, problems: new Map(state.problems).set(action.run, action.problems) };
    case "found":
      return { ...state, found: action.found };
    case "evaluation":
      return { ...state, evaluation: { ...state.evaluation, questions: action.questions, runs: action.runs } };
    case "evaluated":
      return { ...state, evaluation: { ...state.evaluation, shown: { id: action.id, rows: action.rows } } };
    case "checks":
      return { ...state, checks: action.checks };
  }
}

/** The fields of an evaluation question that say themselves what is wrong with them. */
export const EVALUATION_FIELDS = ["question", "expected", "must_contain"] as const;
export type EvaluationField = (typeof EVALUATION_FIELDS)[number];

/** Which field of the form the API refused; then nothing has to be said above it. */
export function refusedField({ tab, badField }: Knowledge): EvaluationField | null {
  return tab === "evaluation" ? (EVALUATION_FIELDS.find((field) => field === badField) ?? null) : null;
}

export function draftOfArticle(article: Article): ArticleDraft {
  const { title, body, audience, segments, product, valid_from, valid_until } = article;
  return {
    title,
    body,
    audience,
    segments: segments.join(", "),
    product,
    valid_from: valid_from ?? "",
    valid_until: valid_until ?? "",
  };
}

/** On this day, as `2026-01-31`, it answers nothing: its days are over, or not there yet. */
export function validity({ valid_from, valid_until }: ArticleRow, today: string): "now" | "expired" | "later" {
  if (valid_until !== null && valid_until < today) return "expired";
  return valid_from !== null && valid_from > today ? "later" : "now";
}

/** Is there something in the form that was not saved? */
export function isUnsaved({ article, draft }: Editor): boolean {
  return !isSame(article ? draftOfArticle(article) : EMPTY_DRAFT, draft);
}

/** Names as people type them, with commas. */
export function segmentsOf(text: string): string[] {
  return text.split(/[,，、]/).flatMap((name) => name.trim() || []);
}

export function isComplete({ draft }: Editor): boolean {
  return draft.title.trim() !== "" && draft.body.trim() !== "";
}

/** Imports that go on: their progress is asked for again and again. */
export function isImporting(sources: readonly Source[] | null): boolean {
  return (sources ?? []).some(({ last_run }) => last_run?.state === "queued" || last_run?.state === "running");
}

/** A difference with long unchanged stretches folded: a number stands for so many lines. */
export function foldDiff(lines: OneVersion["diff"], around = 2): (OneVersion["diff"][number] | number)[] {
  const isNear = lines.map((_, i) =>
    lines.slice(Math.max(0, i - around), i + around + 1).some((line) => line.op !== "same"),
  );
  const folded: (OneVersion["diff"][number] | number)[] = [];
  for (const [i, line] of lines.entries()) {
    const last = folded.at(-1);
    if (isNear[i]) folded.push(line);
    else if (typeof last === "number") folded[folded.length - 1] = last + 1;
    else folded.push(1);
  }
  return folded;
}

function opened({ id }: Gap): NonNullable<Knowledge["gap"]> {
  return { id, questions: null, asked: null };
}

function withGap(state: Knowledge, gap: Gap): Knowledge {
  const { page } = state.gaps;
  if (!page) return state;
  const results = page.results.map((other) => (other.id === gap.id ? gap : other));
  return { ...state, gaps: { ...state.gaps, page: { ...page, results } } };
}

function isSame(one: ArticleDraft, other: ArticleDraft): boolean {
  return (Object.keys(one) as (keyof ArticleDraft)[]).every((name) => one[name] === other[name]);
}

/** The form is closed; what was not saved can be gone on with. */
function leave(state: Knowledge): Knowledge {
  const { editor, left } = state;
  return { ...state, editor: null, left: editor && isUnsaved(editor) ? [editor, ...left] : left };
}

function without(state: Knowledge, editor: Editor): Knowledge {
  return { ...state, left: state.left.filter((other) => other !== editor) };
}

/** A saved article takes the form over; the gap that it was written for stays beside it. */
function withArticle(state: Knowledge, article: Article, gap: Gap | null): Knowledge {
  const rows = state.articles.rows?.map((row) => (row.id === article.id ? article : row)) ?? null;
  const draft = draftOfArticle(article);
  return {
    ...state,
    articles: { ...state.articles, rows },
    editor: { ...NEW_ARTICLE, article, draft, gap, versions: null },
    left: state.left.filter((other) => !isSame(other.draft, draft)), // its form was left while it was being saved
  };
}
