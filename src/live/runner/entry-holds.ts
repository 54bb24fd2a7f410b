import type { Command } from '../../core/engine/command.js'
import type { Engine } from '../../core/engine/engine.js'
import type { Millis } from '../../core/candles/time.js'
import { feedName } from './feed-clocks.js'
import type { FedMarket, HeldLegs, RunnerInput } from './runner-input.js'

/** Holds by feeds that bring nothing are named so. */
const FEED_HOLD = 'feed '

interface Held {
  readonly reason: string
  readonly legs: HeldLegs | null
}

/** What holds entries back though nobody has paused them, by name, with its reason. */
export class EntryHolds {
  private readonly held = new Map<string, Held>()

  /** @returns whether it was otherwise before */
  set(name: string, isOn: boolean, reason: string, legs: HeldLegs | null = null): boolean {
    if (isOn === this.held.has(name)) return false
    if (isOn) this.held.set(name, { reason, legs })
    else this.held.delete(name)
    return true
  }

  get reasons(): readonly string[] {
    return [...this.held.values()].map(({ reason }) => reason)
  }

  /** Whether a feed has brought nothing for too long. */
  get isStale(): boolean {
    return [...this.held.keys()].some(name => name.startsWith(FEED_HOLD))
  }

  /** What brings an engine to enter what may be entered and nothing else; nothing where it does. */
  commandsFor({ guard, legs }: Engine, isPaused: boolean): readonly Command[] {
    const holds = [...this.held.values()]
    const commands: Command[] = []
    const shouldPause = isPaused || holds.some(({ legs: meant }) => meant === null)
    if (shouldPause !== guard.isPaused) commands.push({ name: shouldPause ? 'pause' : 'resume' })
    const [pause, resume]: [number[], number[]] = [[], []]
    for (const { index, spec, isPaused: is } of legs) {
      const should = holds.some(({ legs: meant }) => meant !== null && means(meant, spec))
      if (should !== is) (should ? pause : resume).push(index)
    }
    if (pause.length > 0) commands.push({ name: 'pause', leg: pause })
    if (resume.length > 0) commands.push({ name: 'resume', leg: resume })
    return commands
  }
}

function means(
  { symbol, strategies }: HeldLegs,
  { market, strategy }: Engine['legs'][number]['spec'],
): boolean {
  const isMarket = symbol === undefined || symbol === market.symbol
  return isMarket && (strategies === undefined || strategies.includes(strategy.name))
}

/** Something that holds entries back, or does so no more. */
export type Hold = Omit<Extract<RunnerInput, { readonly kind: 'hold' }>, 'kind'>

/** A feed that brings nothing holds what trades on its market; one that indicators read, everything. */
export function marketHold(engine: Engine, of: FedMarket, isOn: boolean, at: Millis): Hold {
  const market = feedName(of)
  const leg = engine.legs.find(({ marketIndex }) => marketIndex === of)
  const symbol = isOneOfMany(engine, of) ? leg?.spec.market.symbol : undefined
  const reason = `no candle of ${symbol ?? market} comes`
  return { name: FEED_HOLD + market, isOn, reason, at, ...(symbol && { legs: { symbol } }) }
}

/** Whether a market is one of several that trade. */
export function isOneOfMany({ markets }: Engine, of: FedMarket): boolean {
  return typeof of === 'number' && markets.length > 1
}
