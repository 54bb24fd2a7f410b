import { HOLD, type Intent } from '../../src/core/strategy/intent.js'
import { PLAIN_SPEC, type OracleMarket, type OracleOutcome, type OracleSpec } from './model.js'
import { runOracle } from './run.js'

export const DAY = 86_400_000

export type Row = readonly [open: number, high: number, low: number, close: number]

export interface StageScene {
  readonly rows: Readonly<Record<string, readonly Row[]>>
  /** What is said at the close of candle `i`, by symbol. */
  readonly says: Readonly<Record<string, Readonly<Record<number, Intent>>>>
  readonly spec?: Partial<OracleSpec>
  readonly market?: Partial<OracleMarket>
}

/** A small run, worked out by hand. `run` computes it: the oracle or the engine. */
export function play(
  { rows, says, spec = {}, market = {} }: StageScene,
  run: typeof runOracle = runOracle,
): OracleOutcome {
  const symbols = Object.keys(rows)
  const markets = symbols.map(symbol => ({
    symbol,
    step: 1e-9,
    tick: 0,
    minNotional: 0,
    shortable: true,
    candles: rows[symbol]!.map(([open, high, low, close], i) => ({
      time: i * DAY,
      ...{ open, high, low, close },
      volume: 1000,
    })),
    ...market,
  }))
  const legs = symbols.map(symbol => ({
    symbol,
    strategy: 'scene',
    weight: 1 / symbols.length,
    priority: 0,
    first: 0,
    decide: (i: number) => says[symbol]?.[i] ?? HOLD,
  }))
  return run({ ...PLAIN_SPEC, timeframeMs: DAY, ...spec }, markets, legs)
}

export const still = (price: number): Row => [price, price, price, price]
