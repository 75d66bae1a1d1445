/** A source, new or known: files from this computer, or the address of a web site; and who may see its articles. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../../shared/lang";
import { segmentsOf } from "../../knowledge/state";
import type { Audience, NewSource, Source } from "../../knowledge/types";
import { AudienceField } from "./AudienceField";
import { SegmentsField } from "./SegmentsField";

/** How often a web site is read again, in hours. */
const EVERY = [0, 24, 168] as const;
const KINDS: readonly Source["kind"][] = ["upload", "website"];

type Limits = Required<Pick<NewSource, "max_depth" | "max_pages">>;
/** How far a web site is followed: least and most. */
const LIMITS: readonly (readonly [keyof Limits, number, number])[] = [
  ["max_depth", 0, 20],
  ["max_pages", 1, 5_000],
];

interface Props {
  /** `null` for a new one. */
  source: Source | null;
  isBusy: boolean;
  save(source: NewSource, files: readonly File[]): void;
  close(): void;
}

export function SourceForm({ source, isBusy, save, close }: Props): JSX.Element {
  const [kind, setKind] = useState<Source["kind"]>(source?.kind ?? "upload");
  const [name, setName] = useState(source?.name ?? "");
  const [url, setUrl] = useState(source?.url ?? "");
  const [every, setEvery] = useState(source?.every_hours ?? 0);
  const [limits, setLimits] = useState<Limits>({
    max_depth: source?.max_depth ?? 5,
    max_pages: source?.max_pages ?? 500,
  });
  const [audience, setAudience] = useState<Audience>(source?.audience ?? "public");
  const [segments, setSegments] = useState(source?.segments.join(", ") ?? "");
  const [files, setFiles] = useState<readonly File[]>([]);
  const isSite = kind === "website";
  const isComplete = name.trim() !== "" && (isSite ? /^https?:\/\/./.test(url) : source !== null || files.length > 0);
  return (
    <form
      class="sheet"
      onSubmit={(event) => {
        event.preventDefault();
        const said = { name: name.trim(), kind, audience, segments: segmentsOf(segments) };
        if (isComplete) save(isSite ? { ...said, url: url.trim(), every_hours: every, ...limits } : said, files);
      }}
    >
      {!source && (
        <fieldset class="source-kinds">
          <legend class="unseen">{t("desk_source_kind")}</legend>
          {KINDS.map((one) => (
            <label key={one}>
              <input type="radio" name="kind" checked={kind === one} onChange={() => setKind(one)} />
              {t(`desk_source_kind_${one}`)}
            </label>
          ))}
        </fieldset>
      )}
      <label class="field">
        <span>{t("desk_source_name")}</span>
        <input dir="auto" value={name} maxLength={120} onInput={(event) => setName(event.currentTarget.value)} />
      </label>
      {isSite ? (
        <>
          <label class="field">
            <span>{t("desk_source_url")}</span>
            <input
              type="url"
              value={url}
              placeholder="https://"
              onInput={(event) => setUrl(event.currentTarget.value)}
            />
          </label>
          <label class="field">
            <span>{t("desk_source_every")}</span>
            <select value={every} onChange={(event) => setEvery(Number(event.currentTarget.value))}>
              {EVERY.map((hours) => (
                <option key={hours} value={hours}>
                  {t(`desk_source_every_${hours}`)}
                </option>
              ))}
              {!EVERY.some((hours) => hours === source?.every_hours) && source && (
                <option value={source.every_hours}>{t("desk_source_every_other", { n: source.every_hours })}</option>
              )}
            </select>
          </label>
          <div class="field-pair">
            {LIMITS.map(([name, least, most]) => (
              <label key={name} class="field">
                <span>{t(`desk_source_${name}`)}</span>
                <input
                  type="number"
                  required
                  min={least}
                  max={most}
                  value={limits[name]}
                  onInput={(event) => setLimits({ ...limits, [name]: event.currentTarget.valueAsNumber })}
                />
              </label>
            ))}
          </div>
        </>
      ) : (
        !source && (
          <label class="field">
            <span>{t("desk_source_files")}</span>
            <input type="file" multiple onChange={(event) => setFiles([...(event.currentTarget.files ?? [])])} />
          </label>
        )
      )}
      <AudienceField audience={audience} change={setAudience} />
      <SegmentsField label={t("desk_know_segments")} segments={segments} change={setSegments} />
      <p class="know-actions">
        <button type="button" class="action" onClick={close}>
          {t("desk_cancel")}
        </button>
        <button type="submit" class="primary" disabled={!isComplete || isBusy}>
          {t(source ? "desk_article_save" : "desk_source_start")}
        </button>
      </p>
    </form>
  );
}
