import type { Millis } from '../../../core/candles/time.js'
import type { CandleRow, DataSetKey } from '../../../core/ports/market/candles.js'
import type { FetchNote } from '../../../core/ports/market/coverage.js'
import type { FeedEvent } from '../../../core/ports/market/feed.js'
import type {
  PolledPrice,
  PolledPriceRepository,
} from '../../../core/ports/market/polled-prices.js'
import type { CandleLibrary } from '../../candles/candle-library.js'
import { FetchStore } from '../fetch/fetch-store.js'

export interface PriceKeeperOptions {
  readonly library: CandleLibrary
  readonly prices: PolledPriceRepository
  readonly key: DataSetKey
  readonly timeframeMs: Millis
  /** The adapter and its version. */
  readonly adapter: string
  /** The host that is polled. */
  readonly host: string
  /** UTC milliseconds. */
  readonly now: () => Millis
}

/**
 * Keeps candles of polled prices as they are given out, marked as such with the way they came, and
 * the prices themselves.
 */
export class PriceKeeper {
  private readonly options: PriceKeeperOptions
  private readonly store: FetchStore
  private heard: PolledPrice[] = []

  constructor(options: PriceKeeperOptions) {
    this.options = options
    this.store = new FetchStore({ ...options, isReplacing: false })
  }

  /** A price that was told; it is stored with the candle that comes next. */
  hear(price: PolledPrice): void {
    this.heard.push(price)
  }

  /** Resolves when the prices that were heard are stored. */
  async keepPrices(): Promise<void> {
    const { heard, options } = this
    if (heard.length === 0) return
    this.heard = []
    await options.prices.save(options.key.symbol, options.key.source, heard)
  }

  /** Resolves when the candle, or that there is none, is stored with the prices before it. */
  async take(event: FeedEvent): Promise<void> {
    if (event.kind === 'candle') {
      await this.put(event.candle.time, event.candle, event.isCarried === true)
    } else if (event.kind === 'missing') await this.put(event.time, undefined, false)
  }

  private async put(
    since: Millis,
    candle: CandleRow | undefined,
    isCarried: boolean,
  ): Promise<void> {
    await this.keepPrices()
    const { timeframeMs, adapter, host, now } = this.options
    const candles = candle === undefined ? [] : [candle]
    const until = since + timeframeMs
    const note: FetchNote = {
      since,
      until,
      state: candle === undefined ? 'unavailable' : 'candles',
      isSettled: true,
      reason: candle === undefined ? 'nothing was polled' : null,
      adapter,
      host,
      path: 'polled',
      requestedAt: now(),
      sourceTime: null,
      checksum: 'none',
      etag: null,
      rows: candles.length,
      notes: isCarried ? { carried: 1 } : {},
    }
    await this.store.put({ since, until, candles, wasSettled: true, note })
    await this.store.finish()
  }
}
