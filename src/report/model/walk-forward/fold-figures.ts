import { snakeKeys } from '../../../core/canonical.js'
import { DAY_MS } from '../../../core/candles/time.js'
import { dailyGrowth } from '../../../core/metrics/daily-growth.js'
import { accountFigure } from '../figures/curve-figure.js'
import type {
  Figure,
  PairFigure,
  PairMeasure,
  ScatterFigure,
} from '../../browser/figures/payload.js'
import { metricFormula } from '../sweep/page-format.js'
import type { MetricRecord } from '../../../backtest/sweep/expressions/objective.js'
import type { WalkForwardPageData } from '../../../backtest/walk-forward/walk-forward-page-data.js'
import type { FoldResult } from '../../../backtest/walk-forward/walk-forward.js'

export const PAIR_NAMES = ['in sample (training)', 'out of sample (test)'] as const

/** All figures of the page, in its order. */
export function walkForwardFigures(data: WalkForwardPageData): Figure[] {
  const { result, manifest, drift } = data
  const labels = foldLabels(result.folds)
  return [
    accountFigure({
      ...result.stitched,
      id: 'equity-chart',
      capital: manifest.capital,
      stop: null,
      stretches: result.folds.map(({ fold }, k) => ({
        label: labels[k]!,
        from: fold.testFrom,
        to: fold.testTo,
      })),
    }),
    pairFigure(data),
    ...(!hasDrift(data) ? [] : drift).map(({ name, values }, k): Figure => ({
      kind: 'steps',
      id: `drift-${k}`,
      name,
      labels,
      values,
    })),
    ...(scatterPoints(data).length < 2 ? [] : [scatterFigure(data)]),
  ]
}

/** Whether there is a pick that could move. */
export function hasDrift({ drift, result }: WalkForwardPageData): boolean {
  return drift.length > 0 && result.folds.length > 1
}

/** `1`, `2`, ...: what folds are called in all figures and tables. */
export function foldLabels(folds: readonly FoldResult[]): string[] {
  return folds.map((_, k) => String(k + 1))
}

/** Whether the score is a number that no other column shows. */
export function hasOwnScore({ objective }: WalkForwardPageData): boolean {
  return objective !== 'sharpe'
}

/** What can be compared between training and test, whose lengths differ. */
export function foldMeasures(data: WalkForwardPageData): PairMeasure[] {
  const { objective } = data
  const { folds } = data.result
  const both = (
    label: string,
    unit: PairMeasure['unit'],
    value: (metrics: MetricRecord, days: number) => number | null,
  ): PairMeasure => ({
    label,
    unit,
    first: folds.map(({ fold, inSample }) =>
      inSample === null ? null : finite(value(inSample, daysOf(fold.trainFrom, fold.trainTo))),
    ),
    second: folds.map(({ fold, pick, outOfSample }) =>
      pick === null
        ? null
        : finite(value(snakeKeys(outOfSample) as MetricRecord, daysOf(fold.testFrom, fold.testTo))),
    ),
  })
  const score: PairMeasure = {
    label: 'Score',
    unit: metricFormula(objective)?.unit ?? 'ratio',
    first: folds.map(({ pick }) => pick?.scores[0] ?? null),
    second: folds.map(({ testScore }) => testScore),
  }
  return [
    ...(hasOwnScore(data) ? [score] : []),
    both('Sharpe', 'ratio', metrics => metrics['sharpe'] ?? null),
    both('Growth a day', 'change', (metrics, days) =>
      dailyGrowth(metrics['total_return']!, days * DAY_MS),
    ),
    both('Max drawdown', 'share', metrics => metrics['max_drawdown'] ?? null),
    both('Trades a day', 'ratio', (metrics, days) => metrics['trades']! / days),
  ]
}

function pairFigure(data: WalkForwardPageData): PairFigure {
  return {
    kind: 'pairs',
    id: 'fold-pairs',
    names: [...PAIR_NAMES],
    labels: foldLabels(data.result.folds),
    measures: foldMeasures(data).map(measure => ({
      ...measure,
      first: measure.first.map(short),
      second: measure.second.map(short),
    })),
  }
}

/** Score in training and in the test of each fold that has both. */
export function scatterPoints({ result }: WalkForwardPageData): ScatterFigure['points'] {
  return result.folds.flatMap(({ pick, testScore }, k) => {
    const [x, y] = [short(pick?.scores[0] ?? null), short(testScore)]
    return x === null || y === null ? [] : [[x, y, String(k + 1)] as const]
  })
}

function scatterFigure(data: WalkForwardPageData): ScatterFigure {
  return {
    kind: 'scatter',
    id: 'score-scatter',
    names: ['score in training', 'score in the test'],
    unit: metricFormula(data.objective)?.unit ?? null,
    points: scatterPoints(data),
  }
}

function daysOf(from: number, to: number): number {
  return (to - from) / DAY_MS
}

function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null
}

function short(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(7))
}
