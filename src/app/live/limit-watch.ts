import type { Millis } from '../../core/candles/time.js'
import type { Clock } from '../../core/ports/clock.js'
import type { SessionCommit } from '../../core/ports/sessions.js'
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
  readonly value: number | null
  readonly threshold: number
}

const POLL_MS = 30_000
const HOUR_MS = 3_600_000
/** A close that is older is not compared with a price of now. */
const FRESH_MS = 90_000
/** Coins that are meant to be worth a dollar. */
const DOLLARS: ReadonlySet<string> = new Set('USDC USDT USDS USDG PYUSD FDUSD DAI'.split(' '))

/** Watches what surrounds a live session: prices elsewhere, and how many orders are refused. */
export class LimitWatch {
  private readonly market: SwapMarket
  private readonly limits: SurroundingLimits
  private readonly prices: PriceSource
  private readonly clock: Clock
  private readonly breached = new Set<LimitName>()
  private refusedAt: Millis[] = []
  private last: { readonly price: number; readonly time: Millis } | null = null

  constructor(
    market: SwapMarket,
    limits: SurroundingLimits,
    { prices, clock }: { readonly prices: PriceSource; readonly clock: Clock },
  ) {
    this.market = market
    this.limits = limits
    this.prices = prices
    this.clock = clock
  }

  /** Hears what was stored. */
  hear({ inputs, status }: Pick<SessionCommit, 'inputs' | 'status'>): void {
    const price = status.prices[this.market.symbol]
    if (price !== undefined && status.time !== null) this.last = { price, time: status.time }
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
    return [{ limit: 'max_refused', value: this.refusedAt.length, threshold }]
  }

  private async distances(): Promise<readonly Reading[]> {
    const { maxDepeg, maxDeviation } = this.limits
    if (maxDepeg === null && maxDeviation === null) return []
    const { base, quote } = this.market
    const reply = await this.prices.prices([base.mint, quote.mint])
    // Without an independent price nothing is bought anyway.
    if (reply.kind === 'failed') return []
    const [of, coin] = [reply.value.get(base.mint), reply.value.get(quote.mint)]
    const readings: Reading[] = []
    if (maxDepeg !== null && DOLLARS.has(quote.symbol)) {
      const value = coin === undefined ? null : Math.abs(coin - 1)
      readings.push({ limit: 'max_depeg', value, threshold: maxDepeg })
    }
    if (maxDeviation !== null) {
      const close = this.freshClose()
      const isKnown = of !== undefined && coin !== undefined && close !== null
      const value = isKnown ? Math.abs((close * coin) / of - 1) : null
      readings.push({ limit: 'max_deviation', value, threshold: maxDeviation })
    }
    return readings
  }

  private freshClose(): number | null {
    if (this.last === null || this.clock.now() - this.last.time > FRESH_MS) return null
    return this.last.price
  }

  /** @returns what the session is told where it passes its limit, or is within it again */
  private judge({ limit, value, threshold }: Reading): readonly RunnerInput[] {
    if (value === null) return []
    const isOn = value >= threshold
    if (isOn === this.breached.has(limit)) return []
    if (isOn) this.breached.add(limit)
    else this.breached.delete(limit)
    const at = this.clock.now()
    const figure = Number(value.toPrecision(4))
    const reason = `${limit} is ${threshold}, and it stands at ${figure}`
    const hold: RunnerInput = { kind: 'hold', at, name: limit, isOn, reason }
    if (!isOn) return [hold]
    const event = { type: 'limit.breached', time: at, limit, value: figure, threshold }
    return [{ kind: 'say', at, event }, hold]
  }
}
