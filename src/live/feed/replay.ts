import { candleAt, type Candles } from '../../core/candles/candles.js'
import type { Millis } from '../../core/candles/time.js'
import type { Input } from '../../core/engine/session.js'
import type { Clock } from '../../core/ports/clock.js'
import type { RunnerInput } from '../runner/runner-input.js'
import { pause } from './pause.js'

/** Stored candles of a market of a session, or of one that its indicators read. */
export interface ReplayedMarket {
  readonly candles: Candles
  /** Index of the first that is given out. */
  readonly first: number
  readonly inputOf: (candles: Candles, index: number) => Input
}

/** Candles that are given out together at full speed. */
const BLOCK = 1000

/** The candles of a market that trades. */
export function tradedMarket(candles: Candles, first: number, market: number): ReplayedMarket {
  return {
    candles,
    first,
    inputOf: (list, i) => ({ kind: 'candle', market, candle: candleAt(list, i) }),
  }
}

/** The candles of a market that indicators read. */
export function readMarket(candles: Candles, first: number, symbol: string): ReplayedMarket {
  const { timeframeMs } = candles
  return {
    candles,
    first,
    inputOf: (list, i) => ({ kind: 'reference', symbol, timeframeMs, candle: candleAt(list, i) }),
  }
}

/**
 * Stored candles of several markets as they closed, so many times faster than they did; Infinity for
 * as fast as they are taken. The time of each input is the close of its candle.
 */
export async function* replay(
  markets: readonly ReplayedMarket[],
  { speed }: { readonly speed: number },
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): AsyncGenerator<readonly RunnerInput[]> {
  const next = markets.map(({ first }) => first)
  const began = clock.monotonic()
  const firstClose = closeOf(markets, next, nextMarket(markets, next))
  let block: RunnerInput[] = []
  for (;;) {
    const m = nextMarket(markets, next)
    if (m < 0 || signal.aborted) break
    const at = closeOf(markets, next, m)
    if (speed !== Infinity) {
      await pause(clock, signal, began + (at - firstClose) / speed - clock.monotonic())
      if (signal.aborted) break
    }
    const { candles, inputOf } = markets[m]!
    block.push({ kind: 'engine', at, input: inputOf(candles, next[m]!++) })
    const isLastOfClose = closeOf(markets, next, nextMarket(markets, next)) > at
    if (markets.length > 1 && isLastOfClose) {
      block.push({ kind: 'engine', at, input: { kind: 'time', time: at } })
    }
    if (speed !== Infinity || block.length >= BLOCK) {
      yield block
      block = []
    }
  }
  if (block.length > 0) yield block
}

/** The market whose next candle closes first; -1 where there are none left. */
function nextMarket(markets: readonly ReplayedMarket[], next: readonly number[]): number {
  let found = -1
  for (let m = 0; m < markets.length; m++) {
    if (next[m]! >= markets[m]!.candles.length) continue
    if (found < 0 || closeOf(markets, next, m) < closeOf(markets, next, found)) found = m
  }
  return found
}

function closeOf(markets: readonly ReplayedMarket[], next: readonly number[], m: number): Millis {
  const market = markets[m]
  if (market === undefined) return Infinity
  return market.candles.time[next[m]!]! + market.candles.timeframeMs
}
