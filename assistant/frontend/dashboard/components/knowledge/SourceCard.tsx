/** One source, its newest import, and what can be done with it. */
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { formatTime, t } from "../../../shared/lang";
import type { Source, SourceRun } from "../../knowledge/types";
import { Confirm } from "../privacy/Confirm";
import type { Part } from "./KnowledgePage";

const TONES = { queued: "busy", running: "busy", done: "good", failed: "bad", cancelled: "quiet" } as const;

export function SourceCard(part: Part & { source: Source }): JSX.Element {
  const { mayImport, source } = part;
  const run = source.last_run;
  return (
    <li class="sheet source">
      <h3 dir="auto">
        {source.name} {source.is_paused && <span class="chip chip-wait">{t("desk_source_paused")}</span>}{" "}
        {source.audience === "internal" && <span class="chip">{t("desk_article_filter_internal")}</span>}
      </h3>
      <p class="hint">
        {t(`desk_source_kind_${source.kind}`)} · {t("desk_source_documents", { n: source.documents })}
        {source.url && ` · ${source.url}`}
        {source.next_run_at &&
          !source.is_paused &&
          ` · ${t("desk_source_next", { at: formatTime(source.next_run_at) })}`}
      </p>
      {run && <Run {...part} run={run} />}
      {mayImport && <SourceActions {...part} />}
    </li>
  );
}

function Run({ desk, state, mayImport, source, run }: Part & { source: Source; run: SourceRun }): JSX.Element {
  const isAlive = run.state === "queued" || run.state === "running";
  const problems = state.problems.get(run.id);
  return (
    <div class="run">
      <p>
        <span class={`chip chip-${TONES[run.state]}`}>{t(`desk_run_${run.state}`)}</span>{" "}
        <span class="hint">{sayCounts(run)}</span>
      </p>
      {isAlive && (
        <p class="run-progress">
          <progress
            aria-label={t("desk_run_progress", { name: source.name })}
            value={run.total ? run.progress : undefined}
            max={run.total || 1}
          />
          {mayImport && (
            <button type="button" class="action" onClick={() => void desk.cancel(run.id)}>
              {t("desk_run_cancel")}
            </button>
          )}
        </p>
      )}
      {run.failed > 0 && !problems && (
        <button type="button" class="link" onClick={() => void desk.loadProblems(run.id)}>
          {t("desk_run_problems", { n: run.failed })}
        </button>
      )}
      {problems && (
        <ul class="run-problems">
          {problems.map((problem) => (
            <li key={`${problem.external_id}${problem.place}${problem.code}`}>
              <b dir="auto">{problem.place || problem.external_id}</b> {problem.message}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function SourceActions({ desk, source }: Part & { source: Source }): JSX.Element {
  const [isDeleting, setDeleting] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const isSite = source.kind === "website";
  return (
    <div class="know-actions">
      {isSite ? (
        <>
          <button type="button" class="action" onClick={() => void desk.run(source)}>
            {t("desk_source_run")}
          </button>
          <button type="button" class="action" onClick={() => void desk.pause(source)}>
            {t(source.is_paused ? "desk_source_resume" : "desk_source_pause")}
          </button>
        </>
      ) : (
        <>
          <input
            ref={files}
            type="file"
            multiple
            hidden
            aria-label={t("desk_source_files")}
            onChange={(event) => void desk.upload(source, [...(event.currentTarget.files ?? [])])}
          />
          <button type="button" class="action" onClick={() => files.current?.click()}>
            {t("desk_source_upload")}
          </button>
        </>
      )}
      <button type="button" class="action action-bad" onClick={() => setDeleting(true)}>
        {t("desk_article_delete")}
      </button>
      <Confirm
        title={t("desk_source_delete_title", { name: source.name })}
        words={t("desk_source_delete_words", { n: source.documents })}
        no={t("desk_cancel")}
        yes={t("desk_article_delete_yes")}
        isOpen={isDeleting}
        close={(isSure) => {
          setDeleting(false);
          if (isSure) void desk.deleteSource(source);
        }}
      />
    </div>
  );
}

function sayCounts(run: SourceRun): string {
  const { found, changed, unchanged, removed, failed } = run;
  return t("desk_run_counts", { found, changed, unchanged, removed, failed });
}
