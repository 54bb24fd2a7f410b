import type { SweepPayload, TrialColumns } from '../../browser/sweep/payload.js'
import { metricFormula } from './page-format.js'
import type {
  EquityCurve,
  HeatMap,
  PageTrial,
  SweepPageData,
} from '../../../backtest/sweep/tally/sweep-page-data.js'

/** What the page's script draws. Measured numbers are cut to the digits that a picture shows. */
export function sweepPayload(data: SweepPageData): SweepPayload {
  return {
    objective: data.objective,
    scoreUnit: metricFormula(data.objective.trim())?.unit ?? null,
    trialsTotal: data.trialsTotal,
    axes: data.axes,
    heatMaps: data.heatMaps.map(shortMap),
    trials: trialColumns(data.trials),
    curves: data.curves.map(shortCurve),
  }
}

function shortMap({ x, y, best, mean, count }: HeatMap): HeatMap {
  return { x, y, best: best.map(shortOf(7)), mean: mean.map(shortOf(7)), count }
}

function shortCurve({ label, time, equity }: EquityCurve): SweepPayload['curves'][number] {
  return { label, time, equity: equity.map(shortOf(9)) }
}

function trialColumns(trials: readonly PageTrial[]): TrialColumns {
  const labels = [...new Set(trials.map(trial => trial.label))]
  const index = new Map(labels.map((label, k) => [label, k]))
  const names = new Set(trials.flatMap(trial => Object.keys(trial.metrics)))
  const axes = trials[0]?.values.length ?? 0
  const shorten = shortOf(10)
  return {
    number: trials.map(trial => trial.number),
    labels,
    label: trials.map(trial => index.get(trial.label) ?? 0),
    score: trials.map(trial => shorten(trial.score)),
    plateau: trials.map(trial => shorten(trial.plateau)),
    values: Array.from({ length: axes }, (_, k) => trials.map(trial => trial.values[k] ?? null)),
    metrics: Object.fromEntries(
      Array.from(names, name => [name, trials.map(trial => shorten(trial.metrics[name]))]),
    ),
  }
}

/** Cuts a number to the digits that are shown; null for what is no number. */
function shortOf(digits: number): (value: number | null | undefined) => number | null {
  return value =>
    value === null || value === undefined || !Number.isFinite(value)
      ? null
      : Number(value.toPrecision(digits))
}
