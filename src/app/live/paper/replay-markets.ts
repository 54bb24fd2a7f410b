import { sessionSpec, type SessionRequest } from '../../../backtest/portfolio/session-request.js'
import type { HashedReference, RunData } from '../../../backtest/run/record/run-request.js'
import type { BacktestInput } from '../../../backtest/run/replay/outcome.js'
import { candleAt, indexAtOrAfter } from '../../../core/candles/candles.js'
import type { Millis } from '../../../core/candles/time.js'
import { Session } from '../../../core/engine/session.js'
import { OrderLog } from '../../../core/trading/orders/order-log.js'
import { readMarket, tradedMarket, type ReplayedMarket } from '../../../live/feed/replay.js'

/** A session, and the stored candles of each of its runs. */
interface Replayed {
  readonly request: SessionRequest
  readonly data: readonly RunData[]
}

/** A session whose indicators have seen what was stored before the run. */
export function warmSession(
  { request, data }: Replayed,
  inputs: readonly BacktestInput[],
): Session {
  const { spec, markets } = sessionSpec(request)
  const places = markets.map((market, m) => {
    const { decideFrom } = request.runs[m]!
    const detail = data[m]!.detail?.candles ?? null
    return { ...market, detail, ...(decideFrom !== null && { decideFrom }) }
  })
  const followsLegs = request.allocation !== null
  const session = new Session(spec, places, { orderLog: new OrderLog(), followsLegs })
  const begins = beginOf(inputs)
  for (const { symbol, candles } of readCandles(data)) {
    for (let i = 0; i < firstRead(candles, begins); i++) {
      session.warmReference(symbol, candles.timeframeMs, candleAt(candles, i))
    }
  }
  inputs.forEach(({ candles, first }, m) => {
    for (let i = 0; i < first; i++) session.warm(candleAt(candles, i), m)
  })
  return session
}

/** Open of the first candle of the run on any market. */
function beginOf(inputs: readonly BacktestInput[]): Millis {
  return Math.min(...inputs.map(({ candles, first }) => candles.time[first]!))
}

/** The candles that indicators read, each market once: the longest where several runs bring them. */
function readCandles(data: readonly RunData[]): readonly HashedReference[] {
  const read = new Map<string, HashedReference>()
  for (const reference of data.flatMap(({ references }) => references ?? [])) {
    const key = `${reference.symbol} ${reference.candles.timeframeMs}`
    const known = read.get(key)
    if (known === undefined || known.candles.length < reference.candles.length) {
      read.set(key, reference)
    }
  }
  return [...read.values()]
}

/** Index of the first candle of a market that indicators read which closes after a time. */
function firstRead(read: RunData['main']['candles'], time: Millis): number {
  return indexAtOrAfter(read, time - read.timeframeMs + 1)
}

/** The candles that a replay gives out, those that indicators read first. */
export function replayedMarkets(
  data: readonly RunData[],
  inputs: readonly BacktestInput[],
): readonly ReplayedMarket[] {
  const begins = beginOf(inputs)
  return [
    ...readCandles(data).map(({ symbol, candles }) =>
      readMarket(candles, firstRead(candles, begins), symbol),
    ),
    ...inputs.map(({ candles, first }, m) => tradedMarket(candles, first, m)),
  ]
}
