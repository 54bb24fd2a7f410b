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
  private readonly now: (() => Millis) | null
  private readonly givenAt = new Map<number, Millis>()
  private readonly lastOf = new Map<number, SessionCommit>()
  private readonly cameAt = new Map<number, number>()
  private readonly ordered = new Set<string>()
  private readonly obeyed = new Set<number>()
  private opened = 0
  private isPaused = false
  private isHalted = false
  private last: SessionCommit | null = null

  /** `now` is the time of the world; null where it says nothing of how old something is. */
  constructor(limits: RiskLimits, now: (() => Millis) | null) {
    super()
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
      if (kind !== 'candle') continue
      const { candle } = payload as { candle: { time: number } }
      if (this.cameAt.has(candle.time)) throw new Error(`candle ${candle.time} was taken twice`)
      this.cameAt.set(candle.time, time)
    }
    for (const event of said.events) this.see(event)
    const { maxOpenPositions } = this.limits
    if (maxOpenPositions !== null && said.status.positions.length > maxOpenPositions) {
      throw new Error(`${said.status.positions.length} positions are open`)
    }
  }

  /** An order leaves a runner. @throws where it must not */
  submitted(fence: number, order: VenueOrder): void {
    const { id, side } = order
    const commit = this.lastOf.get(fence)
    if (!commit?.status.orders.some(known => known.id === id)) {
      throw new Error(`order ${id} left before it was stored`)
    }
    if (this.ordered.has(id)) throw new Error(`order ${id} left twice`)
    this.ordered.add(id)
    // One that stood still after its commit may be told of things that its successor has done.
    const isLast = fence === Math.max(...this.lastOf.keys())
    if (side === 'buy' && isLast) this.inTime(order, commit, this.givenAt.get(fence)!)
    if (side === 'buy' && isLast) this.entered(order, commit)
  }

  private entered({ id, tag, size, reference, symbol }: VenueOrder, commit: SessionCommit): void {
    const { status } = commit
    if (this.isHalted || this.isPaused) throw new Error(`entry ${id} though entries are stopped`)
    const { strategy: own } = status.orders.find(one => one.id === id)!
    if (!status.positions.some(({ strategy }) => strategy === own)) this.opened += 1
    const { maxTradesPerDay } = this.limits
    if (maxTradesPerDay !== null && this.opened > maxTradesPerDay) {
      throw new Error(`entry ${id} is number ${this.opened} of its day`)
    }
    const open = Number(tag?.slice(1))
    const age = (this.cameAt.get(open) ?? Infinity) - open - MINUTE
    if (!(age <= LATE_MS)) throw new Error(`entry ${id} was decided on a candle ${age} ms late`)
    const held = status.positions.reduce((sum, { quantity, price }) => sum + quantity * price, 0)
    const buys = status.orders.filter(
      one => one.side === 'buy' && one.id.includes('-') && one.id !== id,
    )
    const ordered = buys.reduce((sum, one) => sum + one.size * reference, size * reference)
    const most = (this.limits.maxExposure ?? 1) * status.equity * SLACK
    if (held + ordered > most)
      throw new Error(`entry ${id} passes the exposure: ${held + ordered} of ${most}`)
    // What woke the entry is a newer price than the last close.
    const quote = commit.inputs.findLast(({ kind }) => kind === 'quote')
    const bid = (quote?.payload as { readonly bid: number } | undefined)?.bid
    for (const { stop, price: close, strategy, openedAt } of status.positions) {
      const price = bid ?? close
      // Levels act from the candle after that of the entry on: of that one nobody knows what came before it.
      if (bid === undefined && openedAt > (status.time ?? 0) - MINUTE) continue
      const isLeft = status.orders.some(one => one.strategy === strategy && one.id.includes('-'))
      if (stop !== null && price < stop && !isLeft) {
        throw new Error(`entry ${id} of ${symbol} though ${strategy} is below its stop`)
      }
    }
  }

  /** Neither the candle of an entry nor its commit has waited for the store for long. */
  private inTime({ id, tag }: VenueOrder, { inputs }: SessionCommit, givenAt: Millis): void {
    if (this.now === null) return
    const stored = this.now() - givenAt
    if (stored > IN_TIME_MS) throw new Error(`entry ${id} leaves ${stored} ms after its decision`)
    const open = Number(tag?.slice(1))
    const isOfCandle = inputs.some(
      ({ kind, payload }) =>
        kind === 'candle' && (payload as { candle: { time: number } }).candle.time === open,
    )
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
