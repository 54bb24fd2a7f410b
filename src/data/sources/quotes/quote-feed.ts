import type { Millis } from '../../../core/candles/time.js'
import type { QuoteEvent } from '../../../core/ports/market/feed.js'
import type { Clock } from '../clock.js'
import { sleepUnless } from '../feed/sleep-unless.js'
import { AskError, type Asker } from '../fetch/asker.js'
import { SourceTime } from '../fetch/source-time.js'
import { SlotClock } from '../prices/slot-clock.js'
import { coinsOf, unitsOf, type QuotedCoin } from './coin-units.js'
import {
  judgeQuote,
  quotePath,
  readQuote,
  type QuoteAnswer,
  type QuoteRequest,
} from './jupiter-quote.js'

/** Which market is quoted, and for how much. */
export interface QuoteFeedRequest {
  readonly base: QuotedCoin
  readonly quote: QuotedCoin
  /** In units of the quote coin. */
  readonly size: number
  /** A quote that is so many slots behind the chain is dropped. */
  readonly staleSlots: number
}

export interface QuoteFeedDependencies {
  /** Its rate is the budget: a two-way quote takes two requests. */
  readonly asker: Asker
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Sides of which one lies so much further behind the chain are no quote of one moment. */
const APART_SLOTS_MAX = 20
/** How long nothing is asked after an answer without a price. */
const AGAIN_MS = 5000

/**
 * Two-way quotes of one size, as often as the asker's budget allows: what the size buys, and what
 * selling that brings back.
 * @throws AskError where no further request will do
 */
export async function* quoteFeed(
  request: QuoteFeedRequest,
  { asker, clock, signal }: QuoteFeedDependencies,
): AsyncGenerator<QuoteEvent> {
  const quoter = new Quoter(request, asker, new SourceTime(clock))
  while (!signal.aborted) {
    const event = await quoter.quote()
    if (event !== undefined) yield event
    else await sleepUnless(signal, clock, AGAIN_MS)
  }
}

/** A side of a quote, and when it was answered. */
interface Side extends QuoteAnswer {
  readonly at: Millis
}

class Quoter {
  private readonly request: QuoteFeedRequest
  private readonly asker: Asker
  private readonly time: SourceTime
  private readonly slots = new SlotClock()

  constructor(request: QuoteFeedRequest, asker: Asker, time: SourceTime) {
    this.request = request
    this.asker = asker
    this.time = time
  }

  /** @returns undefined where there is no price, or none of one moment */
  async quote(): Promise<QuoteEvent | undefined> {
    const { base, quote, size } = this.request
    try {
      const spent = unitsOf(size, quote.decimals)
      const buy = await this.ask({ inputMint: quote.mint, outputMint: base.mint, amount: spent })
      if (buy === null) return undefined
      const sold = buy.outAmount
      const sell = await this.ask({ inputMint: base.mint, outputMint: quote.mint, amount: sold })
      return sell === null ? undefined : this.eventOf(buy, sell)
    } catch (error) {
      if (error instanceof AskError && error.why === 'failed') return undefined
      throw error
    }
  }

  private ask(asked: QuoteRequest): Promise<Side | null> {
    return this.asker.ask({
      path: quotePath(asked),
      judge: judgeQuote,
      read: answer => {
        const found = readQuote(answer, asked)
        return found && { ...found, at: this.time.of(answer, undefined) }
      },
    })
  }

  private eventOf(buy: Side, sell: Side): QuoteEvent | undefined {
    if (!this.isOfNow(buy, sell)) return undefined
    const { base, quote, size } = this.request
    const bases = coinsOf(buy.outAmount, base.decimals)
    return {
      kind: 'quote',
      ask: coinsOf(buy.inAmount, quote.decimals) / bases,
      bid: coinsOf(sell.outAmount, quote.decimals) / bases,
      size,
      slot: buy.slot === null || sell.slot === null ? null : Math.min(buy.slot, sell.slot),
      time: Math.min(buy.at, sell.at),
      isReplayed: false,
    }
  }

  /** By how far each lay behind the chain when it was answered. */
  private isOfNow(buy: Side, sell: Side): boolean {
    if (buy.slot === null || sell.slot === null) return true
    const [bought, sold] = [buy, sell].map(({ slot, at }) => {
      this.slots.see(slot!, at)
      return this.slots.age(slot!, at)
    })
    const isOld = Math.max(bought!, sold!) > this.request.staleSlots
    return !isOld && Math.abs(bought! - sold!) <= APART_SLOTS_MAX
  }
}
