/** How many answers are wrong, depending on how many questions are answered; and where this tenant stands. */
import type { JSX } from "preact";
import { useId } from "preact/hooks";
import { t } from "../../../shared/lang";
import { across, type Curve, PLOT, placeCurve, SIZE, upwards } from "../../knowledge/curve";
import type { Figures } from "../../knowledge/types";

export function RiskCurve({ figures }: { figures: Figures }): JSX.Element | null {
  const curve = placeCurve(figures);
  if (!curve) return null;
  const { threshold } = figures;
  const stand = threshold && {
    from: threshold[0].toFixed(2),
    answered: sayShare(threshold[1]),
    wrong: sayShare(threshold[2]),
  };
  return (
    <figure class="curve">
      <Drawing curve={curve} label={stand ? t("desk_curve_from", stand) : ""} />
      <figcaption>
        <h4>{t("desk_curve_title")}</h4>
        <p>{t("desk_curve_words")}</p>
        {stand && <p>{t("desk_curve_stand", stand)}</p>}
        <details>
          <summary>{t("desk_curve_table")}</summary>
          <Table points={figures.risk_coverage ?? []} />
        </details>
      </figcaption>
    </figure>
  );
}

function Drawing({ curve, label }: { curve: Curve; label: string }): JSX.Element {
  const id = useId();
  const { line, points, mark, top } = curve;
  return (
    <svg viewBox={`0 0 ${SIZE.width} ${SIZE.height}`} role="img" aria-labelledby={id}>
      <title id={id}>{t("desk_curve_title")}</title>
      <text x={0} y={12}>
        {t("desk_curve_wrong")}
      </text>
      <text x={PLOT.right} y={SIZE.height - 6} text-anchor="end">
        {t("desk_curve_answered")}
      </text>
      {[0, 0.5, 1].map((share) => (
        <g key={share}>
          <path class="curve-grid" d={`M${PLOT.left} ${upwards(share)}H${PLOT.right}`} />
          <text x={PLOT.left - 6} y={upwards(share) + 4} text-anchor="end">
            {sayShare(share * top)}
          </text>
          <text x={across(share)} y={PLOT.bottom + 17} text-anchor={share === 1 ? "end" : "middle"}>
            {sayShare(share)}
          </text>
        </g>
      ))}
      {mark && (
        <>
          <path class="curve-stand" d={`M${mark.x} ${PLOT.bottom}V${PLOT.top - 6}`} />
          <text class="curve-label" x={mark.x} y={PLOT.top - 10} text-anchor={mark.x < 140 ? "start" : "end"}>
            {label}
          </text>
        </>
      )}
      <path class="curve-line" d={line} />
      {points.map(({ x, y }) => (
        <circle key={x} class="curve-point" cx={x} cy={y} r={2.5} />
      ))}
      {mark && <circle class="curve-mark" cx={mark.x} cy={mark.y} r={5} />}
    </svg>
  );
}

function Table({ points }: { points: NonNullable<Figures["risk_coverage"]> }): JSX.Element {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{t("desk_curve_answered")}</th>
          <th scope="col">{t("desk_curve_wrong")}</th>
        </tr>
      </thead>
      <tbody>
        {points.map(([coverage, risk]) => (
          <tr key={coverage}>
            <td>{sayShare(coverage)}</td>
            <td>{sayShare(risk)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function sayShare(share: number | undefined): string {
  return share === undefined ? "–" : `${Math.round(share * 100)} %`;
}
