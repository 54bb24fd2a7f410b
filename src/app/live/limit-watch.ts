import type { Millis } from '../../core/candles/time.js'
import type { Clock } from '../../core/ports/clock.js'
import type { SessionCommit } from '../../core/ports/trading/sessions.js'
import type { PriceSource } from '../../live/jupiter/swap-venue.js'
import type { SwapMarket } from '../../live/broker/swap-market.js'
import { pause } from '../../live/feed/pause.js'
import type { RunnerInput } from '../../live/runner/runner-input.js'
import { isOn, numberOption } from '../options/options.js'
import type { LiveOptions } from './live-options.js'

/** Limits of what surrounds a live session; null for none. A breach holds entries until it is over. */
export interface SurroundingLimits {
  /** How far the quote coin may be from a dollar, as a share, where it is meant to be one. */
  readonly maxDepeg: number | null
  /** How far the last close may be from an independent price, as a share. */
  readonly maxDeviation: number | null
  /** Orders that the venue may refuse within an hour. */
  readonly maxRefused: number | null
}

/** What is said of them, and what holds where nothing is; 0 is none. @throws AppError INVALID_SETTING */
export function surroundingLimits(options: LimitOptions): SurroundingLimits {
  const limit = (value: number | undefined, usual: number): number | null => {
    const said = value ?? usual
    return said === 0 ? null : said
  }
  // A dry run refuses every order itself.
  const refused = isOn(options, 'dryRun') ? 0 : USUAL.maxRefused
  return {
    maxDepeg: limit(numberOption(options, 'maxDepeg', { min: 0, max: 1 }), USUAL.maxDepeg),
    maxDeviation: limit(
      numberOption(options, 'maxDeviation', { min: 0, max: 1 }),
      USUAL.maxDeviation,
    ),
    maxRefused: limit(
      numberOption(options, 'maxRefused', { min: 0, max: 1000, whole: true }),
      refused,
    ),
  }
}

type LimitOptions = Pick<LiveOptions, 'maxDepeg' | 'maxDeviation' | 'maxRefused' | 'dryRun'>
const USUAL = { maxDepeg: 0.02, maxDeviation: 0.05, maxRefused: 10 }

type LimitName = 'max_depeg' | 'max_deviation' | 'max_refused'

/** Where something stands that has a limit; null where that is not known now. */
interface Reading {
  readonly limit: LimitName
  /** The market that it is of alone; null for all of the session. */
  readonly symbol: string | null
  readonly value: number | null
  readonly threshold: number
}

const POLL_MS = 30_000
/** Tokens that are asked for at once: Jupiter takes no more. */
const AT_ONCE = 50
const HOUR_MS = 3_600_000
/** A close that is older is not compared with a price of now. */
const FRESH_MS = 90_000
/** Coins that are meant to be worth a dollar. */
const DOLLARS: ReadonlySet<string> = new Set('USDC USDT USDS USDG PYUSD FDUSD DAI'.split(' '))

/** Watches what surrounds a live session: prices elsewhere, and how many orders are refused. */
export class LimitWatch {
  private readonly markets: readonly SwapMarket[]
  private readonly limits: SurroundingLimits
  private readonly prices: PriceSource
  private readonly clock: Clock
  private readonly breached = new Set<string>()
  private refusedAt: Millis[] = []
  private readonly last = new Map<string, { readonly price: number; readonly time: Millis }>()

  constructor(
    markets: readonly SwapMarket[],
    limits: SurroundingLimits,
    { prices, clock }: { readonly prices: PriceSource; readonly clock: Clock },
  ) {
    this.markets = markets
    this.limits = limits
    this.prices = prices
    this.clock = clock
  }

  /** Hears what was stored. */
  hear({ inputs, status }: Pick<SessionCommit, 'inputs' | 'status'>): void {
    for (const { symbol } of this.markets) {
      const price = status.prices[symbol]
      const { time } = status
      if (price !== undefined && time !== null) this.last.set(symbol, { price, time })
    }
    for (const { kind, time, payload } of inputs) {
      const isRefused = kind === 'outcome' && (payload as { state: string }).state === 'refused'
      if (isRefused) this.refusedAt.push(time)
    }
  }

  async *inputs(signal: AbortSignal): AsyncGenerator<readonly RunnerInput[]> {
    for (; !signal.aborted; await pause(this.clock, signal, POLL_MS)) {
      const readings = [...this.refusals(), ...(await this.distances())]
      const told = readings.flatMap(reading => this.judge(reading))
      if (told.length > 0) yield told
    }
  }

  private refusals(): readonly Reading[] {
    const { maxRefused: threshold } = this.limits
    if (threshold === null) return []
    const since = this.clock.now() - HOUR_MS
    this.refusedAt = this.refusedAt.filter(time => time > since)
    return [{ limit: 'max_refused', symbol: null, value: this.refusedAt.length, threshold }]
  }

  private async distances(): Promise<readonly Reading[]> {
    const { maxDepeg, maxDeviation } = this.limits
    if (maxDepeg === null && maxDeviation === null) return []
    const { quote } = this.markets[0]!
    const prices = await this.pricesOf([...this.markets.map(({ base }) => base.mint), quote.mint])
    // Without an independent price nothing is bought anyway.
    if (prices === null) return []
    const coin = prices.get(quote.mint)
    const readings: Reading[] = []
    if (maxDepeg !== null && DOLLARS.has(quote.symbol)) {
      const value = coin === undefined ? null : Math.abs(coin - 1)
      readings.push({ limit: 'max_depeg', symbol: null, value, threshold: maxDepeg })
    }
    if (maxDeviation === null) return readings
    for (const { symbol, base } of this.markets) {
      const [of, close] = [prices.get(base.mint), this.freshClose(symbol)]
      const isKnown = of !== undefined && coin !== undefined && close !== null
      const value = isKnown ? Math.abs((close * coin) / of - 1) : null
      const only = this.markets.length > 1 ? symbol : null
      readings.push({ limit: 'max_deviation', symbol: only, value, threshold: maxDeviation })
    }
    return readings
  }

  /** Prices of tokens, so many asked for at once; null where nobody answers. */
  private async pricesOf(mints: readonly string[]): Promise<ReadonlyMap<string, number> | null> {
    const known = new Map<string, number>()
    for (let k = 0; k < mints.length; k += AT_ONCE) {
      const reply = await this.prices.prices(mints.slice(k, k + AT_ONCE))
      if (reply.kind === 'failed') return null
      for (const [mint, price] of reply.value) known.set(mint, price)
    }
    return known
  }

  private freshClose(symbol: string): number | null {
    const last = this.last.get(symbol)
    return last === undefined || this.clock.now() - last.time > FRESH_MS ? null : last.price
  }

  /** @returns what the session is told where it passes its limit, or is within it again */
  private judge({ limit, symbol, value, threshold }: Reading): readonly RunnerInput[] {
    if (value === null) return []
    const isOn = value >= threshold
    const name = symbol === null ? limit : `${limit} ${symbol}`
    if (isOn === this.breached.has(name)) return []
    if (isOn) this.breached.add(name)
    else this.breached.delete(name)
    const at = this.clock.now()
    const figure = Number(value.toPrecision(4))
    const of = symbol === null ? {} : { symbol }
    const on = symbol === null ? '' : ` on ${symbol}`
    const reason = `${limit} is ${threshold}, and it stands at ${figure}${on}`
    const legs = symbol === null ? {} : { legs: { symbol } }
    const hold: RunnerInput = { kind: 'hold', at, name, isOn, reason, ...legs }
    if (!isOn) return [hold]
    const event = { type: 'limit.breached', time: at, limit, value: figure, threshold, ...of }
    return [{ kind: 'say', at, event }, hold]
  }
}
