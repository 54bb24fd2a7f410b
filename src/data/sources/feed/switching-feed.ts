import type { Millis } from '../../../core/candles/time.js'
import type { FeedEvent, SwitchEvent } from '../../../core/ports/market/feed.js'
import { CommonCloses } from './common-closes.js'

/** A source that can be followed. */
export interface FollowedSource {
  readonly name: string
  /** Its candles, the first of this open; the next one to close where it is missing. */
  open(from: Millis | undefined): AsyncIterable<FeedEvent>
}

export interface SwitchingOptions {
  readonly first: FollowedSource
  /** Followed where the first is out, and for no longer. */
  readonly second: FollowedSource
  readonly from: Millis | undefined
  readonly timeframeMs: Millis
  readonly onRemark: (message: string) => void
}

/** The first source is followed again after so many of its candles came in time. */
const HEALTHY = 10
/** So many candles of both are compared before the second is followed. */
const COMMON = 60

type Turn =
  | { readonly of: 'first' | 'second'; readonly event: FeedEvent }
  | { readonly of: 'first' | 'second'; readonly over: unknown }

/**
 * Candles of a source, and of another one while the first is out: from a boundary of candles on, with
 * an event that says so, and only where the closes of both lay near to each other before.
 * @throws whatever ends the source that is followed, where no other can be
 */
export async function* switchingFeed(
  options: SwitchingOptions,
): AsyncGenerator<FeedEvent | SwitchEvent> {
  const feed = new SwitchingFeed(options)
  try {
    for (;;) {
      const turn = await feed.turn()
      yield* feed.take(turn)
      if (feed.isOver) return
    }
  } finally {
    feed.close()
  }
}

class SwitchingFeed {
  isOver = false
  private readonly options: SwitchingOptions
  private readonly iterators: { first: AsyncIterator<FeedEvent>; second?: AsyncIterator<FeedEvent> }
  private readonly waiting = new Map<'first' | 'second', Promise<Turn>>()
  private readonly common = new CommonCloses()
  private active: 'first' | 'second' = 'first'
  /** The open of the candle that is given out next. */
  private next: Millis | undefined
  /** Candles of the first source that the second has not given out. */
  private held: FeedEvent[] = []
  private healthy = 0
  private reason = ''
  /** What ended the first source. */
  private last: unknown

  constructor(options: SwitchingOptions) {
    this.options = options
    this.iterators = { first: options.first.open(options.from)[Symbol.asyncIterator]() }
    this.await('first')
  }

  turn(): Promise<Turn> {
    return Promise.race(this.waiting.values())
  }

  private await(of: 'first' | 'second'): void {
    const pull = async (): Promise<Turn> => {
      try {
        const result = await this.iterators[of]!.next()
        return result.done === true ? { of, over: undefined } : { of, event: result.value }
      } catch (error) {
        return { of, over: error }
      }
    }
    this.waiting.set(of, pull())
  }

  take(turn: Turn): readonly (FeedEvent | SwitchEvent)[] {
    if ('over' in turn) return this.end(turn)
    this.await(turn.of)
    return turn.of === 'first' ? this.fromFirst(turn.event) : this.fromSecond(turn.event)
  }

  /** A source that ends for good is out; where none is left, all is over. */
  private end({ of, over }: { of: 'first' | 'second'; over: unknown }): readonly FeedEvent[] {
    this.waiting.delete(of)
    if (of === 'first') this.last = over
    if (of === 'second' && this.active === 'second') return this.finish(over)
    if (of === 'second') return this.withoutSecond()
    if (this.active === 'first') {
      this.reason = over instanceof Error ? over.message : 'it has ended'
      if (over !== undefined) this.openSecond()
    }
    return this.waiting.size === 0 ? this.finish(over) : []
  }

  /** Nothing is left to follow. */
  private finish(over: unknown): readonly FeedEvent[] {
    this.isOver = true
    if (over instanceof Error) throw over
    return []
  }

  /** The second source cannot stand for the first, which is waited for. */
  private withoutSecond(): readonly FeedEvent[] {
    this.closeSecond()
    return this.waiting.size === 0 ? this.finish(this.last) : []
  }

  private fromFirst(event: FeedEvent): readonly (FeedEvent | SwitchEvent)[] {
    if (event.kind === 'candle') this.common.addFirst(event.candle)
    if (this.active === 'first') {
      if (event.kind === 'stale') {
        this.reason = event.reason
        this.openSecond()
      }
      if (event.kind === 'fresh') this.closeSecond()
      return this.pass(event)
    }
    if (event.kind !== 'candle' && event.kind !== 'missing') {
      if (event.kind === 'stale') this.healthy = 0
      return []
    }
    if (timeOf(event) >= this.next!) this.held.push(event)
    this.healthy = event.kind === 'candle' && !event.isReplayed ? this.healthy + 1 : 0
    return this.healthy < HEALTHY ? [] : this.goBack()
  }

  private fromSecond(event: FeedEvent): readonly (FeedEvent | SwitchEvent)[] {
    if (this.active === 'second') return this.pass(event)
    if (event.kind !== 'candle' && event.kind !== 'missing') return []
    if (timeOf(event) < this.next!) {
      if (event.kind === 'candle') this.common.addSecond(event.candle)
      return []
    }
    const { first, second, onRemark } = this.options
    const basis = this.common.basis()
    if (typeof basis === 'string') {
      onRemark(`${second.name} is not followed in the place of ${first.name}: ${basis}`)
      return this.withoutSecond()
    }
    this.active = 'second'
    this.healthy = 0
    this.held = []
    return [this.switched(first.name, second.name, this.reason, basis), ...this.pass(event)]
  }

  /** What is given out; of candles none that was before. */
  private pass(event: FeedEvent): readonly FeedEvent[] {
    if (event.kind === 'candle' || event.kind === 'missing') {
      if (this.next !== undefined && timeOf(event) < this.next) return []
      this.next = timeOf(event) + this.options.timeframeMs
    }
    return [event]
  }

  private openSecond(): void {
    if (this.iterators.second !== undefined || this.next === undefined) return
    const from = this.next - COMMON * this.options.timeframeMs
    this.common.clearSecond()
    this.iterators.second = this.options.second.open(from)[Symbol.asyncIterator]()
    this.await('second')
  }

  private closeSecond(): void {
    this.waiting.delete('second')
    void this.iterators.second?.return?.(undefined)?.catch(() => undefined)
    delete this.iterators.second
  }

  private goBack(): readonly (FeedEvent | SwitchEvent)[] {
    const { first, second } = this.options
    const held = this.held.filter(event => timeOf(event) >= this.next!)
    this.closeSecond()
    this.active = 'first'
    this.held = []
    const reason = `${HEALTHY} candles of ${first.name} came in time`
    const basis = this.common.basis()
    const back = this.switched(
      second.name,
      first.name,
      reason,
      typeof basis === 'string' ? 0 : -basis,
    )
    return [back, ...held.flatMap(event => this.pass(event))]
  }

  private switched(from: string, to: string, reason: string, basis: number): SwitchEvent {
    return { kind: 'switched', from, to, since: this.next!, reason, basis }
  }

  close(): void {
    for (const name of ['first', 'second'] as const) {
      void this.iterators[name]?.return?.(undefined)?.catch(() => undefined)
    }
  }
}

function timeOf(event: FeedEvent): Millis {
  if (event.kind === 'candle') return event.candle.time
  return event.kind === 'missing' ? event.time : NaN
}
