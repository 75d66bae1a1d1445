/** The knowledge desk between the API and the screen: asks, reduces, and says what went wrong. */
import { batch, computed, signal } from "@preact/signals";
import { type Api, ApiError } from "../api";
import type { Made } from "../types";
import { KnowledgeApi } from "./api";
import {
  type ArticleFilter,
  type Editor,
  EMPTY_DRAFT,
  EMPTY_KNOWLEDGE,
  isComplete,
  isImporting,
  isUnsaved,
  type Knowledge,
  type KnowledgeAction,
  reduceKnowledge,
  TABS,
  type Tab,
} from "./state";
import type {
  Article,
  ArticleDraft,
  Audience,
  EvaluationRun,
  Gap,
  GapState,
  NewEvaluationQuestion,
  NewSource,
  Pair,
  PairDraft,
  PairState,
  Source,
} from "./types";

const POLL_MS = 1_000;
const NEW = "new";

export class KnowledgeDesk {
  readonly state = signal<Knowledge>(EMPTY_KNOWLEDGE);
  /** The article that the address names; one that arrives after it was left is not shown. */
  private readonly opening = signal<string | null>(null);
  /** What stands behind `#knowledge/` in the address: a tab, or `articles/…` with an id or `new`. */
  readonly place = computed(() => {
    const { tab, editor } = this.state.value;
    const opening = this.opening.value;
    if (tab !== "articles" || !(editor || opening)) return tab;
    return `articles/${opening ?? editor?.article?.id ?? NEW}`;
  });

  private readonly api: KnowledgeApi;
  private latest = "";
  private poll: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Api) {
    this.api = new KnowledgeApi(api);
  }

  /** Follow the address. */
  go(place: string): void {
    const [name = "", id = ""] = place.split("/");
    const tab = TABS.find((other) => other === name) ?? "gaps";
    if (tab !== this.state.peek().tab) this.apply({ t: "tab", tab });
    const { editor } = this.state.peek();
    if (tab === "articles" && id && id !== NEW) {
      if (editor?.article?.id !== id && this.opening.peek() !== id) void this.open(id);
    } else if (tab === "articles" && id === NEW) {
      if (!editor || editor.article) this.write();
    } else if (tab === "articles" && (editor || this.opening.peek())) {
      this.close();
    }
  }

  /** What a tab shows, asked for anew. */
  async load(tab: Tab): Promise<void> {
    const { gaps, articles, pairs } = this.state.peek();
    if (tab === "gaps") await this.showGaps(gaps.state);
    if (tab === "articles") await this.lookFor(articles.query, articles.filter);
    if (tab === "pairs") await this.showPairs(pairs.state);
    if (tab === "sources") await this.loadSources();
    if (tab === "evaluation") await this.loadEvaluation();
    if (tab === "checks") await this.loadChecks();
  }

  /** A form is left or opened: what was wrong before is of no interest any more. */
  forgive(): void {
    this.apply({ t: "forgiven" });
  }

  // --- gaps ---

  async showGaps(state: GapState): Promise<void> {
    if (state !== this.state.peek().gaps.state) this.apply({ t: "gaps", state, page: null });
    await this.attempt(async () => this.apply({ t: "gaps", state, page: await this.api.gaps(state) }));
  }

  async unfold(id: string | null): Promise<void> {
    this.apply({ t: "gap", id });
    if (!id) return;
    await this.attempt(async () => {
      const { questions } = await this.api.gap(id);
      this.apply({ t: "questions", id, questions });
    });
  }

  async setGap(id: string, state: GapState): Promise<void> {
    await this.attempt(async () => {
      await this.api.setGap(id, state);
      await this.showGaps(this.state.peek().gaps.state);
    });
  }

  /** Open the form with what is known about a gap. */
  async draft(gap: Gap): Promise<void> {
    await this.attempt(async () => {
      const { title, body, origin, replies, segments } = await this.api.draft(gap.id);
      this.apply({ t: "tab", tab: "articles" });
      const draft = { ...EMPTY_DRAFT, title, body, segments: segments.join(", ") };
      this.apply({ t: "write", draft, gap, replies: origin === "replies" ? replies : 0 });
    });
  }

  /** Open the form with what was made of a conversation. */
  writeFrom(conversation: string, { title, text, segments }: Made): void {
    this.apply({ t: "tab", tab: "articles" });
    const draft = { ...EMPTY_DRAFT, title, body: text, segments: segments.join(", ") };
    this.apply({ t: "write", draft, conversation });
  }

  async askAgain(gap: Gap): Promise<void> {
    await this.attempt(async () => {
      const { gap: after, questions } = await this.api.askAgain(gap.id);
      this.apply({ t: "asked", gap: after, asked: questions });
    });
  }

  // --- articles ---

  async lookFor(query: string, filter: ArticleFilter): Promise<void> {
    const { articles } = this.state.peek();
    if (articles.query !== query || articles.filter !== filter) this.apply({ t: "look-for", query, filter });
    await this.attempt(async () => {
      const page = await this.api.articles(query, filter, null);
      const now = this.state.peek().articles;
      if (now.query === query && now.filter === filter) this.apply({ t: "articles", page, isMore: false });
    });
  }

  async more(): Promise<void> {
    const { query, filter, next } = this.state.peek().articles;
    if (!next) return;
    await this.attempt(async () => {
      this.apply({ t: "articles", page: await this.api.articles(query, filter, next), isMore: true });
    });
  }

  async open(id: string): Promise<void> {
    this.opening.value = id;
    if (this.state.peek().editor?.article?.id !== id) this.apply({ t: "close" });
    const article = await this.attempt(() => this.api.article(id));
    if (this.opening.peek() !== id) return;
    batch(() => {
      this.opening.value = null;
      if (article) this.show(article, null);
    });
  }

  write(): void {
    this.apply({ t: "write", draft: EMPTY_DRAFT });
  }

  change(draft: Partial<ArticleDraft>): void {
    this.apply({ t: "draft", draft });
  }

  close(): void {
    this.opening.value = null;
    this.apply({ t: "close" });
    void this.load("articles");
  }

  /** Go on with a form that was left. */
  continueWith(left: Editor): void {
    this.apply({ t: "continue", left });
    if (left.article) void this.loadHistory(left.article.id);
  }

  giveUp(left: Editor): void {
    this.apply({ t: "give-up", left });
  }

  /** Save the form; true when it was. */
  async save(): Promise<boolean> {
    const { editor, isBusy } = this.state.peek();
    if (!editor || isBusy || !isComplete(editor) || !isUnsaved(editor)) return false;
    const { article, draft, gap } = editor;
    return this.take(() => (article ? this.api.edit(article, draft) : this.api.write(draft, gap?.id ?? null)), gap);
  }

  /** Give up what was typed and show what somebody else saved. */
  async reload(): Promise<void> {
    const { editor } = this.state.peek();
    if (editor?.article) await this.open(editor.article.id);
  }

  async restore(number: number): Promise<void> {
    await this.withArticle((article) => this.api.restore(article, number));
  }

  async keep(): Promise<void> {
    await this.withArticle((article) => this.api.keep(article));
  }

  async archive(isArchived: boolean): Promise<void> {
    await this.withArticle((article) => this.api.archive(article, isArchived));
  }

  /** Move sections to an internal article; true when they were. */
  async split(sections: number[], title: string): Promise<boolean> {
    return this.withArticle(async (article) => (await this.api.split(article, sections, title)).rest);
  }

  async destroy(): Promise<void> {
    const { editor } = this.state.peek();
    if (!editor?.article) return;
    const { id } = editor.article;
    const isGone = await this.attempt(() => this.api.delete(id));
    if (isGone === null) return;
    this.apply({ t: "close", isGone: true });
    void this.load("articles");
  }

  /** What the article said before, and what it answered. */
  async loadHistory(id: string): Promise<void> {
    await this.attempt(async () => {
      const [{ results }, usage] = await Promise.all([this.api.versions(id), this.api.usage(id)]);
      this.apply({ t: "history", id, versions: results, usage });
    });
  }

  async showVersion(number: number | null, against: number | null = null): Promise<void> {
    const { editor } = this.state.peek();
    if (!editor?.article || number === null) {
      this.apply({ t: "version", version: null });
      return;
    }
    const { id } = editor.article;
    await this.attempt(async () => {
      this.apply({ t: "version", version: await this.api.version(id, number, against) });
    });
  }

  // --- pairs ---

  async showPairs(state: PairState): Promise<void> {
    if (state !== this.state.peek().pairs.state) this.apply({ t: "pairs", state, page: null });
    await this.attempt(async () => this.apply({ t: "pairs", state, page: await this.api.pairs(state) }));
  }

  async savePair(pair: Pair | null, draft: PairDraft): Promise<boolean> {
    return this.changePairs(() => (pair ? this.api.editPair(pair, draft) : this.api.createPair(draft)));
  }

  async decidePair(pair: Pair, state: "approved" | "rejected"): Promise<boolean> {
    return this.changePairs(() => this.api.decidePair(pair, state));
  }

  async deletePair(pair: Pair): Promise<boolean> {
    return this.changePairs(() => this.api.deletePair(pair.id));
  }

  // --- search ---

  async search(question: string, audience: Audience, segments: string): Promise<void> {
    await this.attempt(async () =>
      this.apply({ t: "found", found: await this.api.search(question, audience, segments) }),
    );
  }

  // --- sources ---

  async loadSources(isPoll = false): Promise<void> {
    clearTimeout(this.poll);
    await this.attempt(async () => this.apply({ t: "sources", sources: await this.api.sources() }), isPoll);
    const { tab, sources } = this.state.peek();
    if (tab === "sources" && isImporting(sources)) this.poll = setTimeout(() => void this.loadSources(true), POLL_MS);
  }

  async addSource(source: NewSource, files: readonly File[]): Promise<boolean> {
    return this.changeSources(async () => {
      const { id } = await this.api.createSource(source);
      await (source.kind === "website" ? this.api.run(id) : this.api.upload(id, files, false));
    });
  }

  async editSource(source: Source, changed: NewSource): Promise<boolean> {
    return this.changeSources(() => this.api.editSource(source.id, changed));
  }

  async upload(source: Source, files: readonly File[], replaces: boolean): Promise<boolean> {
    return this.changeSources(() => this.api.upload(source.id, files, replaces));
  }

  async run(source: Source): Promise<boolean> {
    return this.changeSources(() => this.api.run(source.id));
  }

  async cancel(run: string): Promise<boolean> {
    return this.changeSources(() => this.api.cancel(run));
  }

  async pause(source: Source): Promise<boolean> {
    return this.changeSources(() => this.api.pauseSource(source.id, !source.is_paused));
  }

  async deleteSource(source: Source): Promise<boolean> {
    return this.changeSources(() => this.api.deleteSource(source.id));
  }

  async loadProblems(run: string): Promise<void> {
    await this.attempt(async () => {
      const { problems } = await this.api.problems(run);
      this.apply({ t: "problems", run, problems });
    });
  }

  // --- evaluation ---

  async loadEvaluation(isPoll = false): Promise<void> {
    clearTimeout(this.poll);
    await this.attempt(async () => {
      const [questions, runs] = await Promise.all([this.api.evaluationQuestions(), this.api.evaluationRuns()]);
      this.apply({ t: "evaluation", questions: questions.results, runs: runs.results });
      await this.showLatest(runs.results);
    }, isPoll);
    const { tab, evaluation } = this.state.peek();
    const isRunning = evaluation.runs?.some((run) => run.state === "queued");
    if (tab === "evaluation" && isRunning) this.poll = setTimeout(() => void this.loadEvaluation(true), POLL_MS);
  }

  /** Add a question, or write the one with this id anew; true when it was kept. */
  async saveEvaluationQuestion(id: string | null, question: NewEvaluationQuestion): Promise<boolean> {
    return this.changeEvaluation(() =>
      id ? this.api.changeEvaluationQuestion(id, question) : this.api.addEvaluationQuestion(question),
    );
  }

  async removeEvaluationQuestion(id: string): Promise<boolean> {
    return this.changeEvaluation(() => this.api.removeEvaluationQuestion(id));
  }

  async importEvaluation(lines: string): Promise<boolean> {
    return this.changeEvaluation(() => this.api.importEvaluation(lines));
  }

  async startEvaluation(): Promise<boolean> {
    return this.changeEvaluation(() => this.api.startEvaluation());
  }

  async showEvaluation({ id }: EvaluationRun): Promise<void> {
    await this.attempt(async () => {
      const { rows } = await this.api.evaluationRun(id);
      this.apply({ t: "evaluated", id, rows });
    });
  }

  /** A result that is new is shown at once; one that somebody chose stays until then. */
  private async showLatest(runs: readonly EvaluationRun[]): Promise<void> {
    const latest = runs.find((run) => run.state === "done");
    if (!latest || latest.id === this.latest) return;
    this.latest = latest.id;
    await this.showEvaluation(latest);
  }

  /** Save the set as a file on this computer. */
  async exportEvaluation(): Promise<void> {
    await this.attempt(async () => {
      const { lines } = await this.api.exportEvaluation();
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([lines], { type: "application/jsonl" }));
      link.download = "evaluation.jsonl";
      link.click();
      URL.revokeObjectURL(link.href);
      this.apply({ t: "tab", tab: "evaluation" });
    });
  }

  // --- checks ---

  async loadChecks(): Promise<void> {
    await this.attempt(async () => {
      const [same, different] = await Promise.all([this.api.duplicates(), this.api.contradictions()]);
      this.apply({ t: "checks", checks: { ...same, ...different } });
    });
  }

  // --- inside ---

  private async take(ask: () => Promise<Article>, gap: Gap | null): Promise<boolean> {
    const article = await this.attempt(ask);
    if (article === null) return false;
    this.show(article, gap);
    return true;
  }

  private show(article: Article, gap: Gap | null): void {
    this.apply({ t: "article", article, gap });
    void this.loadHistory(article.id);
  }

  private async withArticle(act: (article: Article) => Promise<Article>): Promise<boolean> {
    const { editor, isBusy } = this.state.peek();
    if (!editor?.article || isBusy) return false;
    const { article, gap } = editor;
    return this.take(() => act(article), gap);
  }

  private async changePairs(act: () => Promise<unknown>): Promise<boolean> {
    if ((await this.attempt(act)) === null) return false;
    await this.showPairs(this.state.peek().pairs.state);
    return true;
  }

  private async changeEvaluation(act: () => Promise<unknown>): Promise<boolean> {
    if ((await this.attempt(act)) === null) return false;
    await this.loadEvaluation();
    return true;
  }

  private async changeSources(act: () => Promise<unknown>): Promise<boolean> {
    if ((await this.attempt(async () => (await act()) ?? true)) === null) return false;
    await this.loadSources();
    return true;
  }

  /** null when it failed; the state says why. */
  private async attempt<T>(act: () => Promise<T>, isQuiet = false): Promise<T | null> {
    if (!isQuiet) this.apply({ t: "busy" });
    try {
      return await act();
    } catch (problem) {
      const { code, field } = problem instanceof ApiError ? problem : { code: "other", field: "" };
      this.apply({ t: "failed", code, field });
      return null;
    }
  }

  private apply(action: KnowledgeAction): void {
    this.state.value = reduceKnowledge(this.state.peek(), action);
  }
}
