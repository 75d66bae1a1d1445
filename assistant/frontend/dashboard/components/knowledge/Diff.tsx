/** What is new in a version, line by line; long stretches that stayed are folded. */
import type { JSX } from "preact";
import { t } from "../../../shared/lang";
import { foldDiff } from "../../knowledge/state";
import type { OneVersion } from "../../knowledge/types";

const MARKS = { same: " ", added: "+", removed: "−" } as const;

export function Diff({ version }: { version: OneVersion }): JSX.Element {
  const isChanged = version.diff.some((line) => line.op !== "same");
  return (
    <>
      <p class="hint">
        {version.against === null ? t("desk_diff_first") : t("desk_diff_against", { n: version.against })}
      </p>
      {isChanged ? <Lines version={version} /> : <p class="hint">{t("desk_diff_none")}</p>}
    </>
  );
}

function Lines({ version }: { version: OneVersion }): JSX.Element {
  return (
    <section
      class="diff"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
      tabIndex={0}
      aria-label={t("desk_version_changes")}
    >
      {foldDiff(version.diff).map((line, i) =>
        typeof line === "number" ? (
          <p key={i} class="diff-fold">
            {t("desk_diff_folded", { n: line })}
          </p>
        ) : (
          <p key={i} class={`diff-${line.op}`}>
            <span aria-hidden="true">{MARKS[line.op]}</span>
            {line.op !== "same" && <span class="unseen">{t(`desk_diff_${line.op}`)} </span>}
            <span dir="auto">{line.text || "\u00a0"}</span>
          </p>
        ),
      )}
    </section>
  );
}
