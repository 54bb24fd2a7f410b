import type { CandleRow } from '../../src/core/ports/market/candles.js'
import type { MarketEvent } from '../../src/core/ports/market/feed.js'
import type { Rng } from '../../src/core/random.js'
import { ClosedCandles } from '../../src/data/sources/feed/closed-candles.js'
import { MINUTE, type SessionMarket } from './session-market.js'
import type { SessionFaults } from './session-swarm.js'
import type { SimProcess } from './sim-process.js'

const POLL_MS = 5_000
const STALE_MS = 3 * MINUTE
const PATIENCE_MS = 4 * MINUTE

/** A source of candles as the world has it: the same for every process that asks. */
export class SimSource {
  private readonly shown = new Map<number, number>()
  private readonly revised = new Map<number, CandleRow>()
  private awayUntil = 0
  private readonly market: SessionMarket
  private readonly rng: Rng
  private readonly faults: SessionFaults

  constructor(market: SessionMarket, rng: Rng, faults: SessionFaults) {
    this.market = market
    this.rng = rng
    this.faults = faults
  }

  goAway(until: number): void {
    this.awayUntil = until
  }

  /** Closed candles since an open; null where it does not answer. */
  ask(since: number, now: number): readonly CandleRow[] | null {
    if (now < this.awayUntil) return null
    const found: CandleRow[] = []
    for (let time = since; time + MINUTE <= now; time += MINUTE) {
      if (this.shownAt(time) > now) continue
      found.push(this.revised.get(time) ?? this.market.candle(time))
      if (this.rng.next() < this.faults.candleRevised / 20) this.revise(time)
    }
    return found
  }

  /** When it has a candle: soon after its close, later, or never. */
  private shownAt(time: number): number {
    const known = this.shown.get(time)
    if (known !== undefined) return known
    const { rng, faults } = this
    const isMissing = rng.next() < faults.candleMissing
    const isLate = rng.next() < faults.candleLate
    const delay = isLate ? rng.next() * 5 * MINUTE : rng.next() * 2000
    const at = isMissing ? Infinity : time + MINUTE + delay
    this.shown.set(time, at)
    return at
  }

  private revise(time: number): void {
    const candle = this.market.candle(time)
    this.revised.set(time, { ...candle, high: String(Number(candle.high) * 1.001) })
  }
}

export interface SimFeedTerms {
  readonly from: number
  readonly source: SimSource
  readonly market: SessionMarket
  /** Milliseconds between two quotes; 0 for none. */
  readonly quoteMs: number
  /** The time of the source, which is nobody's machine's. */
  readonly now: () => number
}

/** The candles of a source as a process follows them, with quotes between them. */
export async function* simFeed(
  { from, source, market, quoteMs, now }: SimFeedTerms,
  process: SimProcess,
  signal: AbortSignal,
): AsyncGenerator<MarketEvent> {
  const candles = new ClosedCandles({ timeframeMs: MINUTE, from, patienceMs: PATIENCE_MS })
  let [isStale, quotedAt] = [false, 0]
  while (!signal.aborted) {
    const sourceTime = now()
    const found = source.ask(candles.askFrom, sourceTime)
    if (found !== null) {
      const until = sourceTime - (sourceTime % MINUTE)
      yield* candles.take({ candles: found, until, sourceTime })
    }
    const since = candles.next
    if (sourceTime - since > STALE_MS !== isStale) {
      isStale = !isStale
      yield isStale ? { kind: 'stale', since, reason: 'no candle' } : { kind: 'fresh', since }
    }
    if (quoteMs > 0 && sourceTime - quotedAt >= quoteMs) {
      quotedAt = sourceTime
      yield quoteOf(market.at(sourceTime), sourceTime)
    }
    await process.sleep(POLL_MS, signal)
  }
}

function quoteOf(price: number, time: number): MarketEvent {
  const [bid, ask] = [price * 0.9995, price * 1.0005]
  return { kind: 'quote', bid, ask, size: 100, slot: null, time, isReplayed: false }
}
