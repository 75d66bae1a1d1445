/** What asking a gap's questions again brought. */
import type { JSX } from "preact";
import { Icon } from "../../../shared/components/Icon";
import { CHECK, CLOSE } from "../../../shared/icons";
import { t } from "../../../shared/lang";
import type { AskedAgain } from "../../knowledge/types";
import { Question } from "./Question";

export function Asked({ asked, isAnswered }: { asked: readonly AskedAgain[]; isAnswered: boolean }): JSX.Element {
  return (
    <div class="asked" role="status">
      <p class={isAnswered ? "asked-good" : ""}>{t(isAnswered ? "desk_gap_now_answered" : "desk_gap_still_open")}</p>
      <ul>
        {asked.map((one) => (
          <li key={one.question} class={one.is_answered ? "asked-good" : "asked-bad"}>
            <Icon path={one.is_answered ? CHECK : CLOSE} />
            <span>
              <Question text={one.question} />
              <span class="hint">
                {one.is_answered ? t("desk_gap_answered_by", { title: one.title }) : t("desk_gap_not_answered")}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
