import { distributionOfKnown, shareOf, type Distribution } from '../distribution.js'
import type { RunFigures, StressRuns } from '../stress-runs.js'

/** The run begun at later candles. */
export interface StartJitter {
  /** Starts tried, the run's own included. */
  readonly n: number
  /** Candles that the latest start is later than the run. */
  readonly offsetMax: number
  readonly points: readonly StartPoint[]
  readonly totalReturn: Distribution | null
  readonly sharpe: Distribution | null
  readonly profitableShare: number | null
  readonly method: string
  readonly reason: string | null
}

export interface StartPoint {
  /** Candles after the run's own start. */
  readonly offset: number
  readonly figures: RunFigures
}

const METHOD =
  'the run begun at candles spread evenly over the first part of it, the candles before them warming the indicators; a result that hangs on one entry jumps'

/** The run begun at `starts` candles, spread over the first `share` of it; the first is its own start. */
export function startJitter(
  runs: StressRuns,
  options: { readonly starts?: number; readonly share?: number | undefined } = {},
): StartJitter {
  const { starts = 20, share = 0.1 } = options
  const { candles, first } = runs.input
  const offsetMax = Math.floor(share * (candles.length - first))
  const points: StartPoint[] = []
  for (const offset of offsetsOver(offsetMax, starts)) {
    const figures = runs.run({ first: first + offset })
    if (figures === null) break
    points.push({ offset, figures })
  }
  const returns = points.map(({ figures }) => figures.totalReturn)
  return {
    n: points.length,
    offsetMax,
    points,
    totalReturn: distributionOfKnown(returns),
    sharpe: distributionOfKnown(points.map(({ figures }) => figures.sharpe)),
    profitableShare: shareOf(returns, value => value > 0),
    method: METHOD,
    reason: points.length === 0 ? (runs.spent ?? 'no run was asked for') : null,
  }
}

/** Whole numbers from 0 to `most`, evenly spaced, each once. */
function offsetsOver(most: number, count: number): number[] {
  const steps = Math.max(1, count - 1)
  const all = Array.from({ length: count }, (_, k) => Math.round((k * most) / steps))
  return [...new Set(all)]
}
