import type { Market } from '../load.js'

/** The market seen from a distance: each entry stands for `factor` candles. */
export interface Level extends Market {
  readonly factor: number
  readonly length: number
  /** Fall from the highest equity so far, as a fraction at most 0; the deepest of each group. */
  readonly drawdown: Float64Array
  /** Worth of the capital had it bought at the first open. */
  readonly hold: Float64Array
}

const STEP = 4
const SMALLEST = 200

/** The market, and ever coarser views of it, four candles to one each time. */
export function buildLevels(market: Market, capital: number, firstOpen: number): Level[] {
  const levels: Level[] = [finest(market, capital, firstOpen)]
  while (levels.at(-1)!.length > SMALLEST) levels.push(coarser(levels.at(-1)!))
  return levels
}

function finest(market: Market, capital: number, firstOpen: number): Level {
  const { equity, close } = market
  const length = equity.length
  const drawdown = new Float64Array(length)
  const hold = new Float64Array(length)
  let peak = capital
  for (let i = 0; i < length; i++) {
    if (equity[i]! > peak) peak = equity[i]!
    drawdown[i] = equity[i]! / peak - 1
    hold[i] = (capital * close[i]!) / firstOpen
  }
  return { ...market, factor: 1, length, drawdown, hold }
}

function coarser(level: Level): Level {
  const count = Math.ceil(level.length / STEP)
  return {
    factor: level.factor * STEP,
    length: count,
    time: fold(level.time, count, first),
    open: fold(level.open, count, first),
    high: fold(level.high, count, most),
    low: fold(level.low, count, least),
    close: fold(level.close, count, last),
    volume: fold(level.volume, count, total),
    equity: fold(level.equity, count, last),
    drawdown: fold(level.drawdown, count, least),
    hold: fold(level.hold, count, last),
    indicators: level.indicators.map(column => fold(column, count, last)),
  }
}

type Fold = (column: Float64Array, since: number, until: number) => number

function fold(column: Float64Array, count: number, pick: Fold): Float64Array {
  const folded = new Float64Array(count)
  for (let k = 0; k < count; k++) {
    folded[k] = pick(column, k * STEP, Math.min(column.length, (k + 1) * STEP))
  }
  return folded
}

const first: Fold = (column, since) => column[since]!
const last: Fold = (column, _, until) => column[until - 1]!

const most: Fold = (column, since, until) => {
  let value = column[since]!
  for (let i = since + 1; i < until; i++) if (column[i]! > value) value = column[i]!
  return value
}

const least: Fold = (column, since, until) => {
  let value = column[since]!
  for (let i = since + 1; i < until; i++) if (column[i]! < value) value = column[i]!
  return value
}

const total: Fold = (column, since, until) => {
  let sum = 0
  for (let i = since; i < until; i++) sum += column[i]!
  return sum
}
