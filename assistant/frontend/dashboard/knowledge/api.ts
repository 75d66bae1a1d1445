/** The knowledge part of the REST API. */
import type { Api } from "../api";
import { segmentsOf } from "./state";
import type {
  Article,
  ArticleDraft,
  ArticleRow,
  AskedAgain,
  Audience,
  Contradiction,
  Counted,
  Duplicate,
  EvaluationQuestion,
  EvaluationRow,
  EvaluationRun,
  Found,
  Gap,
  GapDraft,
  GapQuestion,
  GapState,
  NewEvaluationQuestion,
  NewSource,
  OneVersion,
  Page,
  Pair,
  PairDraft,
  PairState,
  Source,
  SourceProblem,
  SourceRun,
  Usage,
  Version,
} from "./types";

export class KnowledgeApi {
  constructor(private readonly api: Api) {}

  articles(query: string, state: string, after: string | null): Promise<Page<ArticleRow>> {
    const search = new URLSearchParams();
    if (query) search.set("q", query);
    if (state) search.set("state", state);
    if (after) search.set("after", after);
    return this.api.ask(`knowledge/documents?${search}`);
  }

  article(id: string): Promise<Article> {
    return this.api.ask(`knowledge/documents/${id}`);
  }

  write(draft: ArticleDraft, gap: string | null): Promise<Article> {
    return this.api.ask("knowledge/documents", { ...sent(draft), gap });
  }

  edit({ id, version }: Article, draft: ArticleDraft): Promise<Article> {
    return this.api.ask(`knowledge/documents/${id}`, { ...sent(draft), version }, "PUT");
  }

  delete(id: string): Promise<unknown> {
    return this.api.ask(`knowledge/documents/${id}`, undefined, "DELETE");
  }

  usage(id: string): Promise<Usage> {
    return this.api.ask(`knowledge/documents/${id}/usage`);
  }

  versions(id: string): Promise<{ results: Version[] }> {
    return this.api.ask(`knowledge/documents/${id}/versions`);
  }

  version(id: string, number: number, against: number | null): Promise<OneVersion> {
    return this.api.ask(`knowledge/documents/${id}/versions/${number}${against ? `?against=${against}` : ""}`);
  }

  restore({ id, version }: Article, number: number): Promise<Article> {
    return this.api.ask(`knowledge/documents/${id}/restore`, { number, version });
  }

  /** Decide a conflict for what people wrote. */
  keep({ id, version }: Article): Promise<Article> {
    return this.api.ask(`knowledge/documents/${id}/keep`, { version });
  }

  split({ id, version }: Article, sections: number[], title: string): Promise<{ rest: Article; internal: Article }> {
    return this.api.ask(`knowledge/documents/${id}/split`, { sections, title, version });
  }

  archive({ id, version }: Article, is_archived: boolean): Promise<Article> {
    return this.api.ask(`knowledge/documents/${id}/archive`, { is_archived, version });
  }

  gaps(state: GapState): Promise<Counted<Gap>> {
    return this.api.ask(`knowledge/gaps?state=${state}`);
  }

  gap(id: string): Promise<Gap & { questions: GapQuestion[] }> {
    return this.api.ask(`knowledge/gaps/${id}`);
  }

  setGap(id: string, state: GapState): Promise<Gap> {
    return this.api.ask(`knowledge/gaps/${id}/state`, { state });
  }

  draft(id: string): Promise<GapDraft> {
    return this.api.ask(`knowledge/gaps/${id}/draft`, {});
  }

  askAgain(id: string): Promise<{ gap: Gap; questions: AskedAgain[] }> {
    return this.api.ask(`knowledge/gaps/${id}/ask-again`, {});
  }

  pairs(state: PairState): Promise<Counted<Pair>> {
    return this.api.ask(`knowledge/pairs?state=${state}`);
  }

  createPair(draft: PairDraft): Promise<Pair> {
    return this.api.ask("knowledge/pairs", draft);
  }

  editPair({ id, version }: Pair, draft: PairDraft): Promise<Pair> {
    return this.api.ask(`knowledge/pairs/${id}`, { ...draft, version }, "PUT");
  }

  decidePair({ id, version }: Pair, state: "approved" | "rejected"): Promise<Pair> {
    return this.api.ask(`knowledge/pairs/${id}/decision`, { state, version });
  }

  deletePair(id: string): Promise<unknown> {
    return this.api.ask(`knowledge/pairs/${id}`, undefined, "DELETE");
  }

  search(question: string, audience: Audience, segments: string): Promise<Found> {
    return this.api.ask("knowledge/search", { question, audience, segments: segmentsOf(segments) });
  }

  sources(): Promise<Source[]> {
    return this.api.ask("knowledge/sources");
  }

  createSource(source: NewSource): Promise<Source> {
    return this.api.ask("knowledge/sources", source);
  }

  editSource(id: string, { kind: _, ...changed }: NewSource): Promise<Source> {
    return this.api.ask(`knowledge/sources/${id}`, changed, "PATCH");
  }

  pauseSource(id: string, is_paused: boolean): Promise<Source> {
    return this.api.ask(`knowledge/sources/${id}`, { is_paused }, "PATCH");
  }

  deleteSource(id: string): Promise<unknown> {
    return this.api.ask(`knowledge/sources/${id}`, undefined, "DELETE");
  }

  /** `replaces`: articles of the source that are not in the files go. */
  upload(id: string, files: readonly File[], replaces: boolean): Promise<SourceRun> {
    const form = new FormData();
    form.append("replaces", String(replaces));
    for (const file of files) form.append("files", file);
    return this.api.ask(`knowledge/sources/${id}/files`, form);
  }

  run(id: string): Promise<SourceRun> {
    return this.api.ask(`knowledge/sources/${id}/runs`, {});
  }

  problems(run: string): Promise<{ problems: SourceProblem[] }> {
    return this.api.ask(`knowledge/runs/${run}`);
  }

  cancel(run: string): Promise<SourceRun> {
    return this.api.ask(`knowledge/runs/${run}/cancel`, {});
  }

  evaluationQuestions(): Promise<{ results: EvaluationQuestion[] }> {
    return this.api.ask("knowledge/evaluation/questions");
  }

  addEvaluationQuestion(question: NewEvaluationQuestion): Promise<EvaluationQuestion> {
    return this.api.ask("knowledge/evaluation/questions", question);
  }

  changeEvaluationQuestion(id: string, question: NewEvaluationQuestion): Promise<EvaluationQuestion> {
    return this.api.ask(`knowledge/evaluation/questions/${id}`, question, "PUT");
  }

  removeEvaluationQuestion(id: string): Promise<unknown> {
    return this.api.ask(`knowledge/evaluation/questions/${id}`, undefined, "DELETE");
  }

  exportEvaluation(): Promise<{ lines: string }> {
    return this.api.ask("knowledge/evaluation/file");
  }

  importEvaluation(lines: string): Promise<{ questions: number }> {
    return this.api.ask("knowledge/evaluation/file", { lines });
  }

  evaluationRuns(): Promise<{ results: EvaluationRun[] }> {
    return this.api.ask("knowledge/evaluation/runs");
  }

  evaluationRun(id: string): Promise<EvaluationRun & { rows: EvaluationRow[] }> {
    return this.api.ask(`knowledge/evaluation/runs/${id}`);
  }

  startEvaluation(): Promise<EvaluationRun> {
    return this.api.ask("knowledge/evaluation/runs", {});
  }

  duplicates(): Promise<{ duplicates: Duplicate[] }> {
    return this.api.ask("knowledge/duplicates");
  }

  contradictions(): Promise<{ contradictions: Contradiction[] }> {
    return this.api.ask("knowledge/contradictions");
  }
}

/** A draft as the API takes it. */
function sent(draft: ArticleDraft): object {
  const { segments, valid_from, valid_until } = draft;
  return {
    ...draft,
    segments: segmentsOf(segments),
    valid_from: valid_from || null,
    valid_until: valid_until || null,
  };
}
