import { stopName } from '../run/stop-section.js'
import { accountFigure, gainFigure } from '../figures/curve-figure.js'
import type { Figure, LayerFigure, PairFigure } from '../../browser/figures/payload.js'
import type {
  LegOutcome,
  PortfolioOutcome,
} from '../../../backtest/portfolio/portfolio-backtest.js'
import type { PortfolioReport } from '../../../backtest/portfolio/portfolio-run.js'

/** Rows of weights that a page draws; of more, an even choice. */
const ROWS_MAX = 1500

export const PART_NAMES = ['part of return', 'part of volatility'] as const
export const PART_LABEL = 'Parts'

/** All figures of the page, in its order. */
export function portfolioFigures({ outcome, manifest, stop }: PortfolioReport): Figure[] {
  const { time, legs } = outcome
  return [
    accountFigure({
      ...outcome,
      id: 'equity-chart',
      capital: manifest.capital,
      stretches: [],
      stop: stop && { from: stop.at, name: stopName(stop) },
    }),
    partFigure(legs),
    gainFigure(
      'gain-chart',
      time,
      legs.map(leg => ({ label: legName(leg), values: leg.gains })),
    ),
    ...(isReweighed(outcome) ? [weightFigure(outcome)] : []),
  ]
}

/** What a leg is called on the page. */
export function legName({ symbol, strategy }: Pick<LegOutcome, 'symbol' | 'strategy'>): string {
  return `${symbol} ${strategy}`
}

/** Whether there is a change of weights to be drawn. */
export function isReweighed({ weights }: PortfolioOutcome): boolean {
  return weights.length > 1
}

function partFigure(legs: readonly LegOutcome[]): PairFigure {
  return {
    kind: 'pairs',
    id: 'leg-parts',
    names: [...PART_NAMES],
    labels: legs.map((leg, k) => `${k + 1} ${legName(leg)}`),
    isLying: true,
    measures: [
      {
        label: PART_LABEL,
        unit: 'change',
        first: legs.map(({ contribution }) => contribution.return),
        second: legs.map(({ contribution }) => contribution.volatility),
      },
    ],
  }
}

function weightFigure({ weights, legs, time }: PortfolioOutcome): LayerFigure {
  const count = Math.min(weights.length, ROWS_MAX)
  const rows = Array.from(
    { length: count },
    (_, k) => weights[Math.round((k * (weights.length - 1)) / Math.max(1, count - 1))]!,
  )
  const last = rows.at(-1)!
  // The last weights hold until the end.
  const held = [...rows, { ...last, time: Math.max(last.time, time.at(-1)!) }]
  return {
    kind: 'layers',
    id: 'weight-chart',
    time: held.map(row => row.time),
    layers: legs.map((leg, k) => ({
      label: legName(leg),
      shares: held.map(row => Number(row.weights[k]!.toFixed(6))),
    })),
  }
}
