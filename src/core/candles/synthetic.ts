import { allocateCandles, type Candles } from './candles.js'
import { normal, seededRng, type Rng } from '../random.js'
import { DAY_MS, HOUR_MS, type Millis } from './time.js'

/** Settings of a synthetic market. Volatility is a fraction a candle. */
export interface SyntheticSettings {
  /** Equal seeds give equal candles. */
  readonly seed: number
  /** How many candles. */
  readonly length: number
  /** Open of the first, UTC milliseconds. */
  readonly start: Millis
  /** Length of a candle, milliseconds. */
  readonly timeframeMs: Millis
  /** Where the market begins, quote a base unit. */
  readonly price: number
  /** Typical move of a candle, as a fraction. */
  readonly volatility: number
  /** Decimals of prices. */
  readonly decimals: number
}

const STEPS = 6
const TAIL_DEGREES = 4

/**
 * Candles of a market that nobody traded, with what real ones show: fat tails (Student's t),
 * volatility clusters (GARCH(1,1)), a rhythm of the day in volatility and volume, slow trends.
 * Equal settings give equal candles.
 */
export function syntheticCandles(settings: SyntheticSettings): Candles {
  const { length, start, timeframeMs, decimals } = settings
  const candles = allocateCandles(timeframeMs, length)
  const rng = seededRng(settings.seed)
  const market = { price: settings.price, variance: 1, drift: 0, lastShock: 0 }
  const round = (value: number): number => Number(value.toFixed(decimals))
  for (let i = 0; i < length; i++) {
    const time = start + i * timeframeMs
    const rhythm = dailyRhythm(time)
    advance(market, rng)
    const path = walk(
      market.price,
      settings.volatility * Math.sqrt(market.variance) * rhythm,
      market,
      rng,
    )
    candles.time[i] = time
    candles.open[i] = round(path[0]!)
    candles.high[i] = round(Math.max(...path))
    candles.low[i] = round(Math.min(...path))
    candles.close[i] = round(path[STEPS]!)
    candles.volume[i] = Number((volumeOf(path, rhythm, rng) / path[0]!).toFixed(3))
    market.price = path[STEPS]!
  }
  return candles
}

interface MarketState {
  price: number
  /** Relative to its long-run mean of 1. */
  variance: number
  drift: number
  lastShock: number
}

/** GARCH(1,1) with persistence 0.98, and a drift that changes its mind about twice a month. */
function advance(market: MarketState, rng: Rng): void {
  market.variance = 0.02 + 0.08 * market.lastShock * market.lastShock + 0.9 * market.variance
  if (rng.next() < 1 / 360) market.drift = normal(rng) * 0.018
}

/** Prices inside a candle; the shocks have fat tails and a unit variance. */
function walk(from: number, deviation: number, market: MarketState, rng: Rng): number[] {
  const path = [from]
  let total = 0
  for (let k = 0; k < STEPS; k++) {
    const shock = (studentT(rng) + market.drift) / Math.sqrt(STEPS)
    total += shock
    path.push(path[k]! * Math.exp(deviation * shock))
  }
  market.lastShock = Math.max(-6, Math.min(6, total)) * Math.sqrt(market.variance)
  return path
}

function studentT(rng: Rng): number {
  let squares = 0
  for (let k = 0; k < TAIL_DEGREES; k++) squares += normal(rng) ** 2
  return (
    (normal(rng) / Math.sqrt(squares / TAIL_DEGREES)) * Math.sqrt((TAIL_DEGREES - 2) / TAIL_DEGREES)
  )
}

/** Busiest around 15:00 UTC, quietest around 03:00. */
function dailyRhythm(time: Millis): number {
  const hour = (time % DAY_MS) / HOUR_MS
  return 1 + 0.35 * Math.cos(((hour - 15) / 24) * 2 * Math.PI)
}

/** Quote volume: heavier in wide candles and busy hours. */
function volumeOf(path: readonly number[], rhythm: number, rng: Rng): number {
  const range = Math.max(...path) / Math.min(...path) - 1
  return 150_000 * rhythm * (0.4 + 120 * range) * Math.exp(0.4 * normal(rng))
}
