import { seededRng } from '../../src/core/random.js'
import type { Intent } from '../../src/core/strategy/intent.js'
import {
  PLAIN_SPEC,
  type OracleCandle,
  type OracleLeg,
  type OracleLimits,
  type OracleMarket,
  type OracleSpec,
} from './model.js'
import { detailOf } from './finer.js'
import { scriptOf } from './scripts.js'

/** A run with everything in it that a run can have, made of one number. */
export interface Scene {
  readonly spec: OracleSpec
  readonly markets: readonly OracleMarket[]
  readonly legs: readonly ScriptedLeg[]
}

export interface ScriptedLeg extends OracleLeg {
  /** What it says at the close of each candle of its market. */
  readonly script: readonly Intent[]
}

/** Chance that can be repeated. */
export class Dice {
  private readonly next: () => number

  constructor(seed: number) {
    const rng = seededRng(seed)
    this.next = () => rng.next()
  }

  /** From `low` to below `high`. */
  between(low: number, high: number): number {
    return low + (high - low) * this.next()
  }

  /** From `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return Math.floor(this.between(low, high + 1))
  }

  chance(probability: number): boolean {
    return this.next() < probability
  }

  pick<T>(list: readonly T[]): T {
    return list[this.whole(0, list.length - 1)]!
  }

  /** One of the list, or the plain value where nothing is drawn. */
  maybe<T>(probability: number, list: readonly T[], plain: T): T {
    return this.chance(probability) ? this.pick(list) : plain
  }
}

export function sceneOf(seed: number): Scene {
  const dice = new Dice(seed)
  const timeframeMs = dice.pick([1, 6, 24]) * 3_600_000
  const grid = dice.pick([0, 0, 0.5, 2])
  const markets = Array.from({ length: dice.pick([1, 1, 2, 3]) }, (_, m) =>
    marketOf(dice, { symbol: `${'CAB'[m]!}-USD`, timeframeMs, grid }),
  )
  const spec = specOf(dice, timeframeMs)
  const places = markets.flatMap(market => {
    const first = dice.maybe(0.2, [1, 5], 0)
    return Array.from({ length: dice.pick([1, 1, 2]) }, (_, k) => ({
      market,
      first,
      strategy: 'ba'[k]!,
    }))
  })
  const weight = dice.pick([1, 1, 0.7]) / places.length
  const legs = places.map(({ market, first, strategy }) => {
    const script = scriptOf(dice, market, grid)
    const priority = dice.maybe(0.3, [1, 2], 0)
    const place = { symbol: market.symbol, strategy, weight, priority, first }
    return { ...place, script, decide: (i: number) => script[i]! }
  })
  return { spec, markets: withDetails(dice, markets, { timeframeMs, grid }), legs }
}

/** Some markets of some runs have finer candles. */
function withDetails(
  dice: Dice,
  markets: readonly OracleMarket[],
  { timeframeMs, grid }: { timeframeMs: number; grid: number },
): readonly OracleMarket[] {
  if (dice.chance(0.5)) return markets
  return markets.map(market => {
    if (dice.chance(0.2)) return market
    const detail = detailOf(dice, market.candles, { timeframeMs, round: onGrid(grid) })
    return { ...market, detail }
  })
}

function onGrid(grid: number): (price: number) => number {
  return price => (grid === 0 ? price : Math.max(grid, Math.round(price / grid) * grid))
}

function marketOf(
  dice: Dice,
  { symbol, timeframeMs, grid }: { symbol: string; timeframeMs: number; grid: number },
): OracleMarket {
  const holes = dice.maybe(0.5, [0.05, 0.3], 0)
  const wildness = dice.pick([0.02, 0.06, 0.06, 0.2, 0.7])
  const start = dice.maybe(0.3, [3, 9], 0)
  const round = onGrid(grid)
  const candles: OracleCandle[] = []
  let last = dice.pick([10, 100])
  for (let i = start; i < start + dice.whole(8, 60); i++) {
    if (dice.chance(holes)) continue
    const open = round(last * (1 + dice.maybe(0.3, [dice.between(-1, 1)], 0) * wildness))
    const close = round(open * (1 + dice.between(-1, 1.02) * wildness))
    const high = round(Math.max(open, close) * (1 + dice.between(0, 0.5) * wildness))
    const low = round(Math.min(open, close) * (1 - dice.between(0, 0.5) * wildness))
    // Some venues print an open outside high and low.
    const stray = dice.maybe(0.05, [high * 1.01, low * 0.99], open)
    const volume = dice.maybe(0.3, [0, 2], dice.between(5, 300))
    candles.push({ time: i * timeframeMs, open: round(stray), high, low, close, volume })
    last = close
  }
  if (candles.length === 0) return marketOf(dice, { symbol, timeframeMs, grid })
  return {
    symbol,
    candles,
    step: dice.maybe(0.3, [0.01, 1], 1e-9),
    tick: dice.maybe(0.3, [0.01, 0.5], 0),
    minNotional: dice.maybe(0.2, [10, 300], 0),
    shortable: dice.chance(0.6),
  }
}

function specOf(dice: Dice, timeframeMs: number): OracleSpec {
  // Never free: a trade at equal prices would gain or lose what floats leave.
  const feeRate = dice.maybe(0.7, [0.001, 0.01], 0.0001)
  return {
    ...PLAIN_SPEC,
    // No round number, so that no quantity lies on the edge between two steps.
    capital: dice.pick([1000, 10_000]) + Math.E,
    timeframeMs,
    feeRate,
    makerFeeRate: dice.maybe(0.4, [0.0001, 0.0005, 0.02], feeRate),
    slippage: dice.maybe(0.6, [0.0005, 0.02], 0),
    txCost: dice.maybe(0.3, [0.01, 2], 0),
    impact: dice.maybe(0.2, [{ a: 1, b: 0.5, g: 0.8 }], null),
    fill: dice.maybe(0.3, ['close'], 'next_open'),
    keepOpen: dice.chance(0.2),
    exits: {
      stopLoss: dice.maybe(0.2, [0.01, 0.05], 0),
      takeProfit: dice.maybe(0.2, [0.02, 0.05], 0),
      trailingStop: dice.maybe(0.15, [0.02, 0.05], 0),
      trailingFrom: dice.maybe(0.1, [0.02], 0),
      breakEven: dice.maybe(0.1, [0.02], 0),
      timeStop: dice.maybe(0.15, [1, 2, 6], 0),
      ...(dice.chance(0.15) && {
        roi: dice.pick([
          { 0: 0.06, 3: 0.02, 6: 0 },
          { 0: 0, 1: 0.01, 4: 0 },
        ]),
      }),
    },
    cooldown: dice.maybe(0.2, [1, 3], 0),
    positionSize: dice.maybe(
      0.2,
      [
        { kind: 'quote', amount: 400 },
        { kind: 'share', share: 0.25 },
      ],
      null,
    ),
    limits: limitsOf(dice),
    limitFill: dice.maybe(0.3, ['touch'], 'through'),
    maxVolumeShare: dice.maybe(0.3, [0.01, 0.1], 0),
  }
}

function limitsOf(dice: Dice): OracleLimits {
  return {
    maxDrawdown: dice.maybe(0.1, [0.05, 0.2], 0),
    maxDailyLoss: dice.maybe(0.1, [0.02, 0.1], 0),
    maxExposure: dice.maybe(0.2, [0.31, 0.83], 0),
    maxOpenPositions: dice.maybe(0.15, [1, 2], 0),
    maxTradesPerDay: dice.maybe(0.15, [1, 2], 0),
  }
}
