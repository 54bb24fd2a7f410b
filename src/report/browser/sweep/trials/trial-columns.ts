import { formatFixed } from '../../../../core/number-format.js'
import {
  formatParam,
  formatScore,
  formatTrialMetric,
  mainMetrics,
  metricFormula,
  metricLabel,
} from '../../../model/sweep/page-format.js'
import type { SweepPayload } from '../payload.js'

/** A column of the list of trials. */
export interface TrialColumn {
  readonly label: string
  /** What rows sort by; null goes last, whichever way. */
  readonly key: (k: number) => number | string | null
  readonly text: (k: number) => string
  /** Which way the first click sorts: the best first. */
  readonly first: 1 | -1
  readonly kind: 'word' | 'tone' | 'strong' | 'plain'
}

/** Number, score, plateau, label, swept values, and the main metrics or all. */
export function trialColumns(payload: SweepPayload, hasAll: boolean): TrialColumn[] {
  const { trials, axes, scoreUnit } = payload
  const names = Object.keys(trials.metrics)
  const main = mainMetrics(names, payload.objective)
  const label = (k: number): string => trials.labels[trials.label[k]!] ?? ''
  return [
    { label: 'Rank', key: k => k, text: k => formatFixed(k + 1, 0), first: 1, kind: 'plain' },
    {
      label: 'Trial',
      key: k => trials.number[k]!,
      text: k => `#${trials.number[k]!}`,
      first: 1,
      kind: 'plain',
    },
    ...(['score', 'plateau'] as const).map((name): TrialColumn => ({
      label: name === 'score' ? 'Score' : 'Plateau',
      key: k => trials[name][k] ?? null,
      text: k => formatScore(trials[name][k], scoreUnit),
      first: -1,
      kind: name === 'score' ? 'strong' : 'plain',
    })),
    ...(trials.labels.length > 1
      ? [{ label: 'Label', key: label, text: label, first: 1, kind: 'word' } as const]
      : []),
    ...axes.map(({ name }, axis): TrialColumn => {
      const value = (k: number): number | string | null => {
        const own = trials.values[axis]![k] ?? null
        return typeof own === 'boolean' ? Number(own) : own
      }
      return {
        label: name,
        key: value,
        text: k => formatParam(trials.values[axis]![k]),
        first: 1,
        kind: 'plain',
      }
    }),
    ...[...main, ...(hasAll ? names.filter(name => !main.includes(name)) : [])].map(
      (name): TrialColumn => ({
        label: metricLabel(name),
        key: k => trials.metrics[name]![k] ?? null,
        text: k => formatTrialMetric(name, trials.metrics[name]![k]),
        first: -1,
        kind: metricFormula(name)?.unit === 'change' ? 'tone' : 'plain',
      }),
    ),
  ]
}

/** Places of the trials that a search finds: all its words stand in the row, in any order. */
export function findTrials(payload: SweepPayload, search: string): number[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== '')
  const { trials, axes } = payload
  const all = trials.number.map((_, k) => k)
  if (words.length === 0) return all
  return all.filter(k => {
    const pairs = axes.map(({ name }, axis) =>
      `${name}=${String(trials.values[axis]![k] ?? 'none')}`.toLowerCase(),
    )
    const label = trials.labels[trials.label[k]!] ?? ''
    const text = `#${trials.number[k]!} ${label} ${pairs.join(' ')}`.toLowerCase()
    return words.every(word =>
      // A whole pair is meant whole: fast=1 does not find fast=12.
      word.includes('=')
        ? pairs.includes(word) || label.toLowerCase().includes(word)
        : text.includes(word),
    )
  })
}
