/** Type a text and see at once what would become of it under the policy on the screen, saved or not. */
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { sayError, t } from "../../../shared/lang";
import { parsePlain } from "../../../shared/markdown/plain";
import { countCodePoints } from "../../../shared/text";
import { isDestroyed, nameKind, namePlaceholder } from "../../format";
import { countKinds } from "../../privacy";
import type { Trial } from "../../types";
import type { Part } from "./PrivacyPage";

export function TryBox({ desk, policy }: Part): JSX.Element {
  const text = desk.text.value;
  const longest = policy.limits["text_length"] ?? 20_000;
  const isTooLong = countCodePoints(text) > longest;
  useEffect(() => {
    if (desk.text.peek() === "") desk.type(t("desk_privacy_example"));
  }, []);
  return (
    <section class="sheet try" aria-labelledby="try-title">
      <h2 id="try-title">{t("desk_privacy_try")}</h2>
      <p class="hint" id="try-hint">
        {t("desk_privacy_try_hint")}
      </p>
      <textarea
        class="try-text"
        rows={6}
        dir="auto"
        spellcheck={false}
        autoComplete="off"
        value={text}
        aria-label={t("desk_privacy_try_text")}
        aria-describedby="try-hint"
        aria-invalid={isTooLong}
        onInput={(event) => desk.type(event.currentTarget.value)}
      />
      <Outcome desk={desk} isTooLong={isTooLong} longest={longest} />
    </section>
  );
}

interface OutcomeProps {
  desk: Part["desk"];
  isTooLong: boolean;
  longest: number;
}

function Outcome({ desk, isTooLong, longest }: OutcomeProps): JSX.Element {
  const trial = desk.trial.value;
  const error = desk.tryError.value;
  if (isTooLong || error) {
    return (
      <p class="try-result try-trouble" role="alert">
        {isTooLong ? t("desk_privacy_try_long", { n: longest }) : sayError(error ?? "", "desk_")}
      </p>
    );
  }
  return (
    <>
      <section
        class="try-result"
        dir="auto"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
        tabIndex={0}
        aria-label={t("desk_privacy_try_result")}
      >
        {trial && parsePlain(trial.text).map((part, i) => <Piece key={i} part={part} />)}
      </section>
      <Counts trial={trial} />
    </>
  );
}

function Piece({ part }: { part: ReturnType<typeof parsePlain>[number] }): JSX.Element | null {
  if (part.t === "text") return <>{part.text}</>;
  if (part.t !== "placeholder") return null;
  return (
    <span class={isDestroyed(part.label) ? "secret is-gone" : "secret is-shut"}>{namePlaceholder(part.label)}</span>
  );
}

/** Said aloud after each change, and only the sum of it. */
function Counts({ trial }: { trial: Trial | null }): JSX.Element {
  const list = (treatment: "placeholder" | "destroy"): string =>
    trial
      ? countKinds(trial, treatment)
          .map(([kind, n]) => `${n}\u00a0×\u00a0${nameKind(kind)}`)
          .join(" · ")
      : "";
  const [hidden, destroyed] = [list("placeholder"), list("destroy")];
  return (
    <div role="status">
      <dl class="try-counts">
        <div>
          <dt>{t("desk_privacy_counts_placeholder")}</dt>
          <dd>{hidden || t("desk_privacy_counts_none")}</dd>
        </div>
        <div class={destroyed ? "is-gone" : ""}>
          <dt>{t("desk_privacy_counts_destroy")}</dt>
          <dd>{destroyed || t("desk_privacy_counts_none")}</dd>
        </div>
      </dl>
    </div>
  );
}
