import assert from "node:assert/strict";
import { test } from "node:test";
import {
  EMPTY_DRAFT,
  EMPTY_KNOWLEDGE,
  foldDiff,
  isImporting,
  isUnsaved,
  type Knowledge,
  reduceKnowledge,
  refusedField,
  segmentsOf,
  validity,
} from "./state";
import type { Article, DiffLine, Gap, Source } from "./types";

const GAP: Gap = {
  id: "g1",
  label: "Where can I park?",
  asked: 3,
  first_asked_at: "2026-01-01T00:00:00Z",
  last_asked_at: "2026-01-02T00:00:00Z",
  state: "open",
  document: null,
  document_title: "",
};
const ARTICLE: Article = {
  id: "a1",
  external_id: "parking",
  source: "Desk",
  title: "Parking",
  audience: "public",
  segments: [],
  language: "en",
  product: "",
  version: 1,
  is_edited: true,
  conflict: null,
  archived_at: null,
  valid_from: null,
  valid_until: null,
  updated_at: "2026-01-02T00:00:00Z",
  body: "In the yard.",
  sections: [],
};
const DRAFT = { ...EMPTY_DRAFT, title: "Parking", body: "In the yard." };

function withGaps(): Knowledge {
  return reduceKnowledge(EMPTY_KNOWLEDGE, {
    t: "gaps",
    state: "open",
    page: { results: [GAP, { ...GAP, id: "g2" }], counts: { open: 2 } },
  });
}

test("asking again changes the gap where it stands, and shows each question", () => {
  const asked = [{ question: GAP.label, is_answered: true, title: "Parking" }];
  const state = reduceKnowledge(withGaps(), { t: "asked", gap: { ...GAP, state: "answered" }, asked });
  assert.deepEqual(
    state.gaps.page?.results.map((gap) => gap.state),
    ["answered", "open"],
  );
  assert.deepEqual(state.gap?.asked, asked);
});

test("questions of a gap that was folded meanwhile are not shown", () => {
  const opened = reduceKnowledge(withGaps(), { t: "gap", id: "g2" });
  const state = reduceKnowledge(opened, { t: "questions", id: "g1", questions: [] });
  assert.equal(state.gap?.questions, null);
});

test("a draft is unsaved until it is saved, and the gap stays beside it", () => {
  const written = reduceKnowledge(withGaps(), { t: "write", draft: DRAFT, gap: GAP, replies: 2 });
  assert.equal(written.editor && isUnsaved(written.editor), true);
  const saved = reduceKnowledge(written, { t: "article", article: ARTICLE, gap: GAP });
  assert.equal(saved.editor && isUnsaved(saved.editor), false);
  assert.equal(saved.editor?.gap?.id, "g1");
  const typed = reduceKnowledge(saved, { t: "draft", draft: { body: "Nowhere." } });
  assert.equal(typed.editor && isUnsaved(typed.editor), true);
});

test("a form that is left before it is saved can be gone on with or given up", () => {
  const written = reduceKnowledge(EMPTY_KNOWLEDGE, { t: "write", draft: DRAFT, gap: GAP });
  const left = reduceKnowledge(written, { t: "close" });
  assert.equal(left.editor, null);
  assert.deepEqual(left.left, [written.editor]);
  const [form] = left.left;
  assert.ok(form);

  const another = reduceKnowledge(left, { t: "write", draft: { ...DRAFT, title: "Lifts" } });
  const back = reduceKnowledge(another, { t: "continue", left: form });
  assert.equal(back.editor, form);
  assert.deepEqual(
    back.left.map(({ draft }) => draft.title),
    ["Lifts"],
  );
  assert.deepEqual(reduceKnowledge(left, { t: "give-up", left: form }).left, []);
});

test("nothing is left of a form that is empty, saved, or of a deleted article", () => {
  const leave = (state: Knowledge, isGone = false) => reduceKnowledge(state, { t: "close", isGone }).left;
  const written = reduceKnowledge(EMPTY_KNOWLEDGE, { t: "write", draft: DRAFT });
  assert.deepEqual(leave(reduceKnowledge(EMPTY_KNOWLEDGE, { t: "write", draft: EMPTY_DRAFT })), []);
  assert.deepEqual(leave(reduceKnowledge(written, { t: "article", article: ARTICLE, gap: null })), []);
  assert.deepEqual(leave(written, true), []);
  const meanwhile = reduceKnowledge(written, { t: "close" });
  assert.deepEqual(reduceKnowledge(meanwhile, { t: "article", article: ARTICLE, gap: null }).left, []);
});

test("what failed keeps the text in the form", () => {
  const written = reduceKnowledge(EMPTY_KNOWLEDGE, { t: "write", draft: DRAFT });
  const busy = reduceKnowledge(written, { t: "busy" });
  const failed = reduceKnowledge(busy, { t: "failed", code: "stale_edit" });
  assert.deepEqual(failed.editor?.draft, DRAFT);
  assert.deepEqual([failed.error, failed.isBusy], ["stale_edit", false]);
});

test("versions of another article are not shown", () => {
  const state = reduceKnowledge(EMPTY_KNOWLEDGE, { t: "article", article: ARTICLE, gap: null });
  const usage = { cited: 0, last_cited_at: null, up: 0, down: 0, outcomes: {}, recent: [] };
  assert.equal(reduceKnowledge(state, { t: "history", id: "a2", versions: [], usage }).editor?.versions, null);
});

test("a further page of articles joins the one before", () => {
  const first = reduceKnowledge(EMPTY_KNOWLEDGE, {
    t: "articles",
    page: { results: [ARTICLE], next: "a1" },
    isMore: false,
  });
  const both = reduceKnowledge(first, {
    t: "articles",
    page: { results: [{ ...ARTICLE, id: "a2" }], next: null },
    isMore: true,
  });
  assert.deepEqual(
    both.articles.rows?.map((row) => row.id),
    ["a1", "a2"],
  );
  assert.equal(both.articles.next, null);
});

test("long stretches that stayed are folded, with two lines around each change", () => {
  const same = (n: number): DiffLine[] => Array.from({ length: n }, (_, i) => ({ op: "same", text: String(i) }));
  const folded = foldDiff([...same(9), { op: "added", text: "new" }, ...same(3)]);
  assert.deepEqual(
    folded.map((line) => (typeof line === "number" ? line : line.op)),
    [7, "same", "same", "added", "same", "same", 1],
  );
});

test("only a running import is asked for again", () => {
  const source = { last_run: { state: "running" } } as Source;
  assert.equal(isImporting([source]), true);
  assert.equal(isImporting([{ ...source, last_run: null }]), false);
  assert.equal(isImporting(null), false);
});

test("what the API says of a field of an evaluation question is told at that field, and only there", () => {
  const tab = reduceKnowledge(EMPTY_KNOWLEDGE, { t: "tab", tab: "evaluation" });
  const refused = reduceKnowledge(tab, { t: "failed", code: "bad_field", field: "expected" });
  assert.equal(refusedField(refused), "expected");
  assert.equal(refusedField(reduceKnowledge(refused, { t: "busy" })), null);
  assert.equal(refusedField(reduceKnowledge(refused, { t: "forgiven" })), null);
  assert.equal(refusedField(reduceKnowledge(tab, { t: "failed", code: "bad_field", field: "lines" })), null);
  assert.equal(refusedField({ ...refused, tab: "pairs" }), null);
});

test("segments are typed with commas of any language", () => {
  assert.deepEqual(segmentsOf(" gold, business，vip、 ,"), ["gold", "business", "vip"]);
  assert.deepEqual(segmentsOf("  "), []);
});

test("an article answers from its first day to its last, both included", () => {
  const of = (valid_from: string | null, valid_until: string | null): string =>
    validity({ ...ARTICLE, valid_from, valid_until }, "2026-03-10");
  assert.deepEqual(
    [of(null, null), of("2026-03-10", "2026-03-10"), of(null, "2026-03-09"), of("2026-03-11", null)],
    ["now", "now", "expired", "later"],
  );
});
