import { typographic } from '../../document/dom.js'
import {
  formatParam,
  formatScore,
  formatTrialMetric,
  mainMetrics,
  metricLabel,
} from '../../../model/sweep/page-format.js'
import { tipLines } from '../../charts/mounted-chart.js'
import type { SweepPayload } from '../payload.js'

/** What a trial is, by its place among the trials of the page. */
export function trialTip(payload: SweepPayload, k: number): HTMLElement {
  const { trials, axes, scoreUnit } = payload
  const metrics = mainMetrics(Object.keys(trials.metrics), payload.objective).slice(0, 4)
  return tipLines(trialName(payload, k), [
    ['score', formatScore(trials.score[k], scoreUnit)],
    ['plateau', formatScore(trials.plateau[k], scoreUnit)],
    ...axes.map(({ name }, axis): [string, string] => [name, formatParam(trials.values[axis]![k])]),
    ...metrics.map((name): [string, string] => [
      metricLabel(name),
      formatTrialMetric(name, trials.metrics[name]![k]),
    ]),
  ])
}

/** `#12`, and what it is called where the trials differ. */
export function trialName({ trials }: SweepPayload, k: number): string {
  const label = trials.labels.length > 1 ? ` ${trials.labels[trials.label[k]!]!}` : ''
  return typographic(`#${trials.number[k]!}${label}`)
}
