import type { Millis } from '../../src/core/candles/time.js'
import type { SessionCommit } from '../../src/core/ports/trading/sessions.js'
import type { RiskLimits } from '../../src/core/risk/limits.js'
import type { VenueOrder } from '../../src/core/trading/venue/venue-order.js'
import { MemorySessions } from '../live/memory-sessions.js'
import { MINUTE } from './session-market.js'

/** A candle that comes later than this after its close is not to be entered upon. */
const LATE_MS = MINUTE
/** The same, with what it takes to see that. */
const IN_TIME_MS = LATE_MS + 15_000
/** What a price may move between the decision of an order and its size. */
const SLACK = 1.02

/** A store that looks at each commit, and at each order that leaves because of one. */
export class WatchedSessions extends MemorySessions {
  private readonly limits: RiskLimits
  /** Of its markets, in order. */
  private readonly symbols: readonly string[]
  private readonly now: (() => Millis) | null
  private readonly givenAt = new Map<number, Millis>()
  private readonly lastOf = new Map<number, SessionCommit>()
  private readonly cameAt = new Map<string, number>()
  /** What left, with its market. */
  private readonly ordered = new Map<string, string>()
  /** Markets in which something was refused since their last price. */
  private readonly refusedIn = new Set<string>()
  /** Last close of each market. */
  private readonly closedAt = new Map<string, Millis>()
  private readonly obeyed = new Set<number>()
  private opened = 0
  private isPaused = false
  private isHalted = false
  private last: SessionCommit | null = null

  /** `now` is the time of the world; null where it says nothing of how old something is. */
  constructor(
    { limits, symbols }: { readonly limits: RiskLimits; readonly symbols: readonly string[] },
    now: (() => Millis) | null,
  ) {
    super()
    this.symbols = symbols
    this.limits = limits
    this.now = now
  }

  /** How the session stands, by its last commit. */
  get standing(): SessionCommit | null {
    return this.last
  }

  override async commit(
    sessionId: string,
    fence: number,
    now: number,
    said: SessionCommit,
  ): Promise<void> {
    const [inputBefore, eventBefore] = await this.lastNumbers(sessionId)
    await super.commit(sessionId, fence, now, said)
    const [inputAfter, eventAfter] = await this.lastNumbers(sessionId)
    // One that is given again, because nobody heard that it was stored, changes nothing.
    const isAgain =
      said.inputs.length + said.events.length > 0 &&
      inputBefore === inputAfter &&
      eventBefore === eventAfter
    if (isAgain) return
    if (!this.lastOf.has(fence) && this.last !== null) this.compareRestored(this.last, said)
    this.lastOf.set(fence, said)
    this.givenAt.set(fence, now)
    this.last = said
    for (const { kind, time, payload } of said.inputs) {
      this.seeRefused(kind, payload)
      if (kind !== 'candle') continue
      const { market, candle } = payload as CandlePayload
      const key = this.keyOf(this.symbols[market]!, candle.time)
      if (this.cameAt.has(key)) throw new Error(`candle ${key} was taken twice`)
      this.cameAt.set(key, time)
      this.closedAt.set(this.symbols[market]!, candle.time + MINUTE)
    }
    for (const event of said.events) this.see(event)
    const { maxOpenPositions } = this.limits
    if (maxOpenPositions !== null && said.status.positions.length > maxOpenPositions) {
      throw new Error(`${said.status.positions.length} positions are open`)
    }
  }

  private seeRefused(kind: string, payload: unknown): void {
    if (kind === 'candle' || kind === 'quote') {
      this.refusedIn.delete(this.symbols[(payload as { market: number }).market]!)
    }
    if (kind !== 'outcome') return
    const { order, state } = payload as { readonly order: string; readonly state: string }
    const symbol = this.ordered.get(order)
    if (state === 'refused' && symbol !== undefined) this.refusedIn.add(symbol)
  }

  private keyOf(symbol: string, time: number): string {
    return `${symbol} ${time}`
  }

  /** An order leaves a runner. @throws where it must not */
  submitted(fence: number, order: VenueOrder): void {
    const { id, side } = order
    const commit = this.lastOf.get(fence)
    if (!commit?.status.orders.some(known => known.id === id)) {
      throw new Error(`order ${id} left before it was stored`)
    }
    if (this.ordered.has(id)) throw new Error(`order ${id} left twice`)
    this.ordered.set(id, order.symbol)
    // One that stood still after its commit may be told of things that its successor has done.
    const isLast = fence === Math.max(...this.lastOf.keys())
    if (side === 'buy' && isLast) this.inTime(order, commit, this.givenAt.get(fence)!)
    if (side === 'buy' && isLast) this.entered(order, commit)
  }

  private entered({ id, tag, size, reference, symbol }: VenueOrder, commit: SessionCommit): void {
    const { status } = commit
    if (this.isHalted || this.isPaused) throw new Error(`entry ${id} though entries are stopped`)
    const { strategy: own } = status.orders.find(one => one.id === id)!
    const isHeld = status.positions.some(one => one.strategy === own && one.symbol === symbol)
    if (!isHeld) this.opened += 1
    const { maxTradesPerDay } = this.limits
    if (maxTradesPerDay !== null && this.opened > maxTradesPerDay) {
      throw new Error(`entry ${id} is number ${this.opened} of its day`)
    }
    const open = Number(tag?.slice(1))
    const age = (this.cameAt.get(this.keyOf(symbol, open)) ?? Infinity) - open - MINUTE
    if (!(age <= LATE_MS)) throw new Error(`entry ${id} was decided on a candle ${age} ms late`)
    const held = status.positions.reduce((sum, { quantity, price }) => sum + quantity * price, 0)
    const buys = status.orders.filter(
      one => one.side === 'buy' && one.id.includes('-') && one.id !== id,
    )
    const priceOf = (of: string): number => (of === symbol ? reference : status.prices[of]!)
    const ordered = buys.reduce(
      (sum, one) => sum + one.size * priceOf(one.symbol),
      size * reference,
    )
    const most = (this.limits.maxExposure ?? 1) * status.equity * SLACK
    if (held + ordered > most)
      throw new Error(`entry ${id} passes the exposure: ${held + ordered} of ${most}`)
    this.protectedFirst(id, commit)
  }

  /** Nothing is entered while a position is below its stop, and nobody leaves it. */
  private protectedFirst(id: string, { status, inputs }: SessionCommit): void {
    for (const { stop, price: close, strategy, symbol, openedAt } of status.positions) {
      // What woke the entry is a newer price than the last close.
      const bid = inputs.findLast(
        ({ kind, payload }) =>
          kind === 'quote' && this.symbols[(payload as { market: number }).market] === symbol,
      )?.payload as { readonly bid: number } | undefined
      const price = bid?.bid ?? close
      // Levels act from the candle after that of the entry on: of that one nobody knows what came before it.
      const closed = Math.min(status.time ?? 0, this.closedAt.get(symbol) ?? 0)
      if (bid === undefined && openedAt > closed - MINUTE) continue
      // An exit that the venue refused waits for the next price of its own market.
      if (this.refusedIn.has(symbol)) continue
      const isLeft = status.orders.some(
        one => one.strategy === strategy && one.symbol === symbol && one.id.includes('-'),
      )
      if (stop !== null && price < stop && !isLeft) {
        throw new Error(`entry ${id} though ${strategy} on ${symbol} is below its stop`)
      }
    }
  }

  /** Neither the candle of an entry nor its commit has waited for the store for long. */
  private inTime(
    { id, tag, symbol }: VenueOrder,
    { inputs }: SessionCommit,
    givenAt: Millis,
  ): void {
    if (this.now === null) return
    const stored = this.now() - givenAt
    if (stored > IN_TIME_MS) throw new Error(`entry ${id} leaves ${stored} ms after its decision`)
    const open = Number(tag?.slice(1))
    const isOfCandle = inputs.some(({ kind, payload }) => {
      if (kind !== 'candle') return false
      const { market, candle } = payload as CandlePayload
      return candle.time === open && this.symbols[market] === symbol
    })
    const age = givenAt - open - MINUTE
    if (isOfCandle && age > IN_TIME_MS) throw new Error(`entry ${id} is of a candle ${age} ms old`)
  }

  private see({ type, payload }: SessionCommit['events'][number]): void {
    const said = payload as {
      id: number
      outcome: string
      command: { name: string }
      limit: string
    }
    if (type === 'risk.breached' && said.limit === 'max_drawdown') this.isHalted = true
    if (type !== 'command') return
    if (this.obeyed.has(said.id)) throw new Error(`command ${said.id} was obeyed twice`)
    this.obeyed.add(said.id)
    if (said.outcome !== 'done') return
    const { name } = said.command
    if (name === 'halt') this.isHalted = true
    if (name === 'pause' || name === 'resume') this.isPaused = name === 'pause'
  }

  /** A runner that begins has what the last one had stored. */
  private compareRestored(before: SessionCommit, now: SessionCommit): void {
    for (const name of ['positions', 'orders', 'equity'] as const) {
      const [one, other] = [before, now].map(({ status }) => JSON.stringify(status[name]))
      if (one !== other) throw new Error(`${name} changed by a restart: ${one} became ${other}`)
    }
  }
}

interface CandlePayload {
  readonly market: number
  readonly candle: { readonly time: number }
}
