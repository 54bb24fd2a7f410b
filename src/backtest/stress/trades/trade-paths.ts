import { seededRng, type Rng } from '../../../core/random.js'
import { blockLengths } from '../../../core/statistics/resampling/block-length.js'
import { drawPath } from '../../../core/statistics/resampling/block-paths.js'
import { quantileOfSorted } from '../../../core/statistics/samples/moments.js'
import { isConstant } from '../../../core/statistics/statistic.js'
import type { Trade } from '../../../core/account/trade.js'
import { distributionOf, type Distribution } from '../distribution.js'
import { reasonAgainstPaths, tradeEffects } from './trade-effects.js'

/** How other histories of the same trades are drawn. */
export type TradePathKind = 'shuffle' | 'bootstrap'

/** Quantiles of equity over the number of trades, quote currency; all columns are equally long. */
export interface Fan {
  /** Number of trades closed; 0 is the start. */
  readonly trade: readonly number[]
  readonly p5: readonly number[]
  readonly p25: readonly number[]
  readonly median: readonly number[]
  readonly p75: readonly number[]
  readonly p95: readonly number[]
}

/** Share of paths that crossed a limit. */
export interface Chance {
  readonly value: number
  readonly limit: number
  readonly n: number
  readonly formula: string
}

/** What else the same trades could have done to the equity. */
export interface TradePaths {
  readonly kind: TradePathKind
  /** Trades of the run, and of each path. */
  readonly n: number
  readonly paths: number
  /** Mean length of a block, in trades; null for a shuffle. */
  readonly blockLength: number | null
  /** The run, from trade to trade. */
  readonly observed: { readonly finalEquity: number; readonly maxDrawdown: number } | null
  readonly fan: Fan | null
  readonly finalEquity: Distribution | null
  readonly maxDrawdown: Distribution | null
  /** Equity below a share of the capital after any trade. */
  readonly ruin: Chance | null
  readonly drawdownBeyond: Chance | null
  readonly seed: number
  readonly formula: string
  readonly reason: string | null
}

export interface TradePathOptions {
  readonly paths?: number | undefined
  readonly seed?: number | undefined
  /** Share of the capital below which equity is ruin. */
  readonly ruinShare?: number | undefined
  /** Drawdown, as a fraction; null for twice the observed one, or half way from it to 1 where that is less. */
  readonly drawdownLimit?: number | null | undefined
  /** Mean length of a block, in trades; null for that of Politis and White. */
  readonly blockLength?: number | null | undefined
}

const POINTS_MAX = 200

/** Paths times trades; beyond it there are fewer paths, but not below `PATHS_LEAST`. */
const STEPS_MAX = 20_000_000
const PATHS_LEAST = 1000

const FORMULAS: Readonly<Record<TradePathKind, string>> = {
  shuffle:
    'equity = capital × Π(1 + e_k), e_k = pnl / (capital + profits closed before), the same trades in random order (Fisher and Yates)',
  bootstrap:
    'equity = capital × Π(1 + e_k), e_k = pnl / (capital + profits closed before), as many trades drawn in stationary blocks (Politis and Romano 1994)',
}

/**
 * Histories that the run's trades could have made: all of them in another order, or as many drawn
 * with repetition in blocks. Drawdowns are seen from trade to trade, not inside trades.
 */
export function tradePaths(
  kind: TradePathKind,
  { trades, capital }: { readonly trades: readonly Trade[]; readonly capital: number },
  options: TradePathOptions = {},
): TradePaths {
  const { seed = 1, ruinShare = 0.5 } = options
  const count = trades.length
  const effects = tradeEffects(trades, capital)
  const reason = reasonAgainstPaths(count, effects)
  const head = { kind, n: count, seed, formula: FORMULAS[kind], reason }
  if (reason !== null || effects === null) return { ...head, ...NOTHING }
  const paths = Math.min(
    options.paths ?? 10_000,
    Math.max(PATHS_LEAST, Math.floor(STEPS_MAX / Math.max(count, POINTS_MAX))),
  )
  const blockLength = kind === 'shuffle' ? null : (options.blockLength ?? blockLengthOf(effects))
  const draw = blockLength === null ? shuffle : drawBlocks(blockLength)
  const observed = followOwn(effects)
  const limit = options.drawdownLimit ?? beyond(observed.depth)
  const drawn = followPaths({ effects, paths, seed, draw })
  return {
    ...head,
    paths,
    blockLength,
    observed: { finalEquity: capital * observed.growth, maxDrawdown: observed.depth },
    fan: fanOf(drawn, paths, capital),
    finalEquity: distributionOf(drawn.growths.map(growth => capital * growth)),
    maxDrawdown: distributionOf(drawn.depths),
    ruin: {
      value: drawn.lowest.filter(low => low < ruinShare).length / paths,
      limit: ruinShare,
      n: paths,
      formula: 'share of paths with equity below limit × capital after any trade',
    },
    drawdownBeyond: {
      value: drawn.depths.filter(depth => depth > limit).length / paths,
      limit,
      n: paths,
      formula: 'share of paths with a drawdown, from trade to trade, above the limit',
    },
  }
}

/** Twice the observed drawdown; where that is near or above a total loss, half way to it. */
function beyond(depth: number): number {
  return Math.min(2 * depth, (1 + depth) / 2)
}

const NOTHING = {
  paths: 0,
  blockLength: null,
  observed: null,
  fan: null,
  finalEquity: null,
  maxDrawdown: null,
  ruin: null,
  drawdownBeyond: null,
} as const

function blockLengthOf(effects: Float64Array): number {
  return isConstant(effects) ? 1 : blockLengths(effects).stationary
}

type Draw = (places: Int32Array, rng: Rng) => void

/** Fisher and Yates; going on from the last order is as random as from the first. */
function shuffle(places: Int32Array, rng: Rng): void {
  for (let k = places.length - 1; k > 0; k--) {
    const other = Math.floor(rng.next() * (k + 1))
    const kept = places[k]!
    places[k] = places[other]!
    places[other] = kept
  }
}

function drawBlocks(length: number): Draw {
  return (places, rng) => drawPath(places, rng, { method: 'stationary', length })
}

function followOwn(effects: Float64Array): { growth: number; depth: number } {
  let [equity, peak, depth] = [1, 1, 0]
  for (const effect of effects) {
    equity *= Math.max(0, 1 + effect)
    peak = Math.max(peak, equity)
    depth = Math.max(depth, 1 - equity / peak)
  }
  return { growth: equity, depth }
}

interface DrawnPaths {
  /** Last equity by first, deepest drawdown, and lowest equity by first, of each path. */
  readonly growths: Float64Array
  readonly depths: Float64Array
  readonly lowest: Float64Array
  /** Numbers of trades at which equity is kept, and what it was: a row of paths for each. */
  readonly stops: readonly number[]
  readonly kept: readonly Float64Array[]
}

function followPaths(given: {
  readonly effects: Float64Array
  readonly paths: number
  readonly seed: number
  readonly draw: Draw
}): DrawnPaths {
  const { paths, draw } = given
  const rng = seededRng(given.seed)
  const factors = given.effects.map(effect => Math.max(0, 1 + effect))
  const places = Int32Array.from(factors, (_, k) => k)
  const stops = stopsOver(factors.length)
  const column = (): Float64Array => new Float64Array(paths)
  const kept = stops.map(column)
  const [growths, depths, lowest] = [column(), column(), column()]
  for (let p = 0; p < paths; p++) {
    draw(places, rng)
    let [equity, peak, depth, low, k] = [1.5, 1.5, 0.5, 1.5, 0]
    equity = peak = low = 1
    depth = 0
    for (let s = 0; s < stops.length; s++) {
      for (const end = stops[s]!; k < end; k++) {
        equity *= factors[places[k]!]!
        if (equity > peak) peak = equity
        else if (peak - equity > depth * peak) depth = 1 - equity / peak
        if (equity < low) low = equity
      }
      kept[s]![p] = equity
    }
    growths[p] = equity
    depths[p] = depth
    lowest[p] = low
  }
  return { growths, depths, lowest, stops, kept }
}

/** Numbers of trades, from none to all of them, evenly spaced. */
function stopsOver(count: number): number[] {
  const points = Math.min(POINTS_MAX, count + 1)
  return Array.from({ length: points }, (_, s) => Math.round((s * count) / (points - 1)))
}

function fanOf({ stops, kept }: DrawnPaths, paths: number, capital: number): Fan {
  const sorted = kept.map(column => (paths < 2 ? column : column.sort((a, b) => a - b)))
  const at = (p: number): number[] => sorted.map(column => capital * quantileOfSorted(column, p))
  return {
    trade: stops,
    p5: at(0.05),
    p25: at(0.25),
    median: at(0.5),
    p75: at(0.75),
    p95: at(0.95),
  }
}
