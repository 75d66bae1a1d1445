/** One source, its newest import, and what can be done with it. */
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { formatTime, t } from "../../../shared/lang";
import type { Source, SourceRun } from "../../knowledge/types";
import { Confirm } from "../privacy/Confirm";
import type { Part } from "./KnowledgePage";
import { SourceForm } from "./SourceForm";

const TONES = { queued: "busy", running: "busy", done: "good", failed: "bad", cancelled: "quiet" } as const;

export function SourceCard(part: Part & { source: Source }): JSX.Element {
  const { mayImport, source } = part;
  const run = source.last_run;
  const [isEditing, setEditing] = useState(false);
  if (isEditing) {
    return (
      <li>
        <SourceForm
          source={source}
          isBusy={part.state.isBusy}
          close={() => setEditing(false)}
          save={async (changed) => {
            if (await part.desk.editSource(source, changed)) setEditing(false);
          }}
        />
      </li>
    );
  }
  return (
    <li class="sheet source">
      <h3 dir="auto">
        {source.name} {source.is_paused && <span class="chip chip-wait">{t("desk_source_paused")}</span>}{" "}
        {source.audience === "internal" && <span class="chip">{t("desk_article_filter_internal")}</span>}
        {source.segments.map((segment) => (
          <span key={segment} class="chip">
            {segment}
          </span>
        ))}
      </h3>
      <p class="hint">
        {t(`desk_source_kind_${source.kind}`)} · {t("desk_source_documents", { n: source.documents })}
        {source.url && ` · ${source.url}`}
        {source.next_run_at &&
          !source.is_paused &&
          ` · ${t("desk_source_next", { at: formatTime(source.next_run_at) })}`}
      </p>
      {run && <Run {...part} run={run} />}
      {mayImport && <SourceActions {...part} edit={() => setEditing(true)} />}
    </li>
  );
}

function Run({ desk, state, mayImport, source, run }: Part & { source: Source; run: SourceRun }): JSX.Element {
  const isAlive = run.state === "queued" || run.state === "running";
  const problems = state.problems.get(run.id);
  return (
    <div class="run">
      <p>
        <span class={`chip chip-${TONES[run.state]}`}>{t(`desk_run_${run.state}`)}</span>
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

function SourceActions({ desk, source, edit }: Part & { source: Source; edit(): void }): JSX.Element {
  const [isDeleting, setDeleting] = useState(false);
  const [replacing, setReplacing] = useState<readonly File[]>([]);
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
          <FilesButton words={t("desk_source_upload")} choose={(files) => void desk.upload(source, files, false)} />
          {source.documents > 0 && <FilesButton words={t("desk_source_replace")} choose={setReplacing} />}
        </>
      )}
      <button type="button" class="action" onClick={edit}>
        {t("desk_pair_edit")}
      </button>
      <button type="button" class="action action-bad" onClick={() => setDeleting(true)}>
        {t("desk_article_delete")}
      </button>
      <Confirm
        title={t("desk_source_replace_title", { name: source.name })}
        words={t("desk_source_replace_words", { n: source.documents, files: replacing.length })}
        no={t("desk_cancel")}
        yes={t("desk_source_replace_yes")}
        isOpen={replacing.length > 0}
        close={(isSure) => {
          setReplacing([]);
          if (isSure) void desk.upload(source, replacing, true);
        }}
      />
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

/** A button that lets files be chosen; called when some were. */
function FilesButton({ words, choose }: { words: string; choose(files: readonly File[]): void }): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={words}
        onChange={(event) => {
          const files = [...(event.currentTarget.files ?? [])];
          event.currentTarget.value = ""; // the same files may be chosen again
          if (files.length > 0) choose(files);
        }}
      />
      <button type="button" class="action" onClick={() => input.current?.click()}>
        {words}
      </button>
    </>
  );
}

function sayCounts(run: SourceRun): string {
  const { found, changed, unchanged, removed, failed } = run;
  return t("desk_run_counts", { found, changed, unchanged, removed, failed });
}
