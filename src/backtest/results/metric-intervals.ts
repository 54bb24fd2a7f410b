import { dailyReturns, type Metrics } from '../../core/metrics/metrics.js'
import { bootstrapIntervals, type Resampled } from '../../core/statistics/resampling/bootstrap.js'
import { momentsOf } from '../../core/statistics/samples/moments.js'
import { normalQuantile } from '../../core/statistics/distributions/normal-distribution.js'
import { sharpeFigures, sharpeInterval } from '../../core/statistics/sharpe/sharpe-figures.js'
import { PERIODS_A_YEAR, reasonAgainst, type Interval } from '../../core/statistics/statistic.js'
import { studentTwoTailInverse } from '../../core/statistics/distributions/student-distribution.js'
import { DAY_MS } from '../../core/candles/time.js'
import type { Report } from '../run/record/report.js'

/** Where the true value lies with the confidence of the cards, and how that was found. */
export interface MetricInterval {
  readonly interval: Interval
  readonly method: string
}

export const CONFIDENCE = 0.95

/** Histories that the bootstrap draws. */
const PATHS = 10_000

const SHARPE =
  'normal, variance of Mertens (2002) and Lo (2002): (1 − γ3 SR + (γ4 − 1)/4 SR²) / (n − 1), days taken as independent'
const WILSON = 'Wilson (1927) score interval, trades taken as independent'
const STUDENT = 'Student t with n − 1 degrees of freedom, trades taken as independent'
const BLOCKS = `stationary block bootstrap of daily returns, block length of Politis and White, ${PATHS} paths, seed 1`
const BLOCKS_BY_DAY = `${BLOCKS}; of the equity at the end of each day, which falls less deep than that of every candle`

/** The intervals of those metrics that have one; a metric without is not in it. */
export function intervalsOf(report: Report): Partial<Record<keyof Metrics, MetricInterval>> {
  return { ...curveIntervals(report), ...tradeIntervals(report) }
}

type Found = Partial<Record<keyof Metrics, MetricInterval>>

function curveIntervals({ candles, equity, manifest }: Report): Found {
  const { capital } = manifest
  const time = candles.time.subarray(0, candles.length)
  const returns = dailyReturns({ time, equity, capital, timeframeMs: candles.timeframeMs })
  const found: Found = {}
  const put = (name: keyof Metrics, interval: Interval | null, method: string): void => {
    if (interval?.every(Number.isFinite) === true) found[name] = { interval, method }
  }
  put('sharpe', annualSharpe(returns), SHARPE)
  const drawn = bootstrapIntervals(returns, { paths: PATHS, confidence: CONFIDENCE })
  const growth = growthInterval(drawn.cagr, returns.length)
  const scaled = (change: (total: number) => number): Interval | null =>
    growth && [change(growth[0]), change(growth[1])]
  const span = time[time.length - 1]! + candles.timeframeMs - time[0]!
  const years = span / (365.25 * DAY_MS)
  put(
    'finalEquity',
    scaled(total => total * capital),
    BLOCKS,
  )
  put(
    'totalReturn',
    scaled(total => total - 1),
    BLOCKS,
  )
  put(
    'cagr',
    scaled(total => total ** (1 / years) - 1),
    BLOCKS,
  )
  put('maxDrawdown', drawn.maxDrawdown?.interval ?? null, BLOCKS_BY_DAY)
  return found
}

function annualSharpe(returns: Float64Array): Interval | null {
  if (reasonAgainst(returns) !== undefined) return null
  const daily = sharpeInterval(sharpeFigures(returns), CONFIDENCE)
  const root = Math.sqrt(PERIODS_A_YEAR)
  return daily && [daily[0] * root, daily[1] * root]
}

/** The bootstrap's annual growth as growth over the whole run: the paths are as long as it was. */
function growthInterval(cagr: Resampled | null, days: number): Interval | null {
  const interval = cagr?.interval ?? null
  if (interval === null) return null
  const total = (annual: number): number => (1 + annual) ** (days / PERIODS_A_YEAR)
  return [total(interval[0]), total(interval[1])]
}

function tradeIntervals({ trades }: Report): Found {
  const found: Found = {}
  const wins = trades.filter(({ pnl }) => pnl > 0)
  if (trades.length > 0) {
    found.winRate = { interval: wilsonInterval(wins.length, trades.length), method: WILSON }
  }
  const put = (name: keyof Metrics, values: readonly number[]): void => {
    const interval = meanInterval(Float64Array.from(values))
    if (interval !== null) found[name] = { interval, method: STUDENT }
  }
  put(
    'expectancy',
    trades.map(trade => trade.return),
  )
  put(
    'averageWin',
    wins.map(({ pnl }) => pnl),
  )
  put(
    'averageLoss',
    trades.filter(({ pnl }) => pnl < 0).map(({ pnl }) => pnl),
  )
  return found
}

/**
 * Interval of the share that `hits` of `count` tell of. Wilson (1927), without correction for
 * continuity. https://doi.org/10.1080/01621459.1927.10502953
 */
export function wilsonInterval(hits: number, count: number, confidence = CONFIDENCE): Interval {
  const z = normalQuantile((1 + confidence) / 2)
  const share = hits / count
  const middle = (share + (z * z) / (2 * count)) / (1 + (z * z) / count)
  const reach =
    (z * Math.sqrt((share * (1 - share)) / count + (z * z) / (4 * count * count))) /
    (1 + (z * z) / count)
  return [Math.max(0, middle - reach), Math.min(1, middle + reach)]
}

/** Interval of the mean, by Student's t; null for fewer than two values, or none that differ. */
export function meanInterval(values: Float64Array, confidence = CONFIDENCE): Interval | null {
  if (values.length < 2 || reasonAgainst(values, 2) !== undefined) return null
  const { count, mean, deviation } = momentsOf(values)
  const t = studentTwoTailInverse(1 - confidence, count - 1)
  const reach = (t * deviation) / Math.sqrt(count)
  return [mean - reach, mean + reach]
}
