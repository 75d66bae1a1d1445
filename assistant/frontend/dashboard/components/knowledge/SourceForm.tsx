/** A new source: files from this computer, or the address of a web site. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { t } from "../../../shared/lang";
import type { Audience, NewSource, Source } from "../../knowledge/types";
import { AudienceField } from "./AudienceField";

/** How often a web site is read again, in hours. */
const EVERY = [0, 24, 168] as const;
const KINDS: readonly Source["kind"][] = ["upload", "website"];

interface Props {
  isBusy: boolean;
  save(source: NewSource, files: readonly File[]): void;
  close(): void;
}

export function SourceForm({ isBusy, save, close }: Props): JSX.Element {
  const [kind, setKind] = useState<Source["kind"]>("upload");
  const [name, setName] = useState("");
  const [url, setUrl] = useState("");
  const [every, setEvery] = useState(0);
  const [audience, setAudience] = useState<Audience>("public");
  const [files, setFiles] = useState<readonly File[]>([]);
  const isSite = kind === "website";
  const isComplete = name.trim() !== "" && (isSite ? /^https?:\/\/./.test(url) : files.length > 0);
  return (
    <form
      class="sheet"
      onSubmit={(event) => {
        event.preventDefault();
        const source = { name: name.trim(), kind, audience };
        if (isComplete) save(isSite ? { ...source, url: url.trim(), every_hours: every } : source, files);
      }}
    >
      <fieldset class="source-kinds">
        <legend class="unseen">{t("desk_source_kind")}</legend>
        {KINDS.map((one) => (
          <label key={one}>
            <input type="radio" name="kind" checked={kind === one} onChange={() => setKind(one)} />
            {t(`desk_source_kind_${one}`)}
          </label>
        ))}
      </fieldset>
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
            </select>
          </label>
        </>
      ) : (
        <label class="field">
          <span>{t("desk_source_files")}</span>
          <input type="file" multiple onChange={(event) => setFiles([...(event.currentTarget.files ?? [])])} />
        </label>
      )}
      <AudienceField audience={audience} change={setAudience} />
      <p class="know-actions">
        <button type="button" class="action" onClick={close}>
          {t("desk_cancel")}
        </button>
        <button type="submit" class="primary" disabled={!isComplete || isBusy}>
          {t("desk_source_start")}
        </button>
      </p>
    </form>
  );
}
