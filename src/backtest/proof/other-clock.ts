import { seededRng } from '../../core/random.js'

/** About a year and a prime number of milliseconds away, so that year, hour and remainder differ. */
const AWAY_MS = 33_700_000_007

/**
 * Runs `work`, which must not wait, with the clock far away and other dice: what it reads of time or
 * chance is different, and everything else is as it was.
 */
export function withOtherClock<T>(work: () => T): T {
  const { Date: RealDate } = globalThis
  const { random } = Math
  const ticks = performance.now.bind(performance)
  const ownTicks = Object.getOwnPropertyDescriptor(performance, 'now')
  const rng = seededRng(0xd1ce)
  const now = (): number => RealDate.now() + AWAY_MS
  class OtherDate extends RealDate {
    constructor(...given: readonly unknown[]) {
      if (given.length === 0) super(now())
      else super(...(given as [number]))
    }

    static override now(): number {
      return now()
    }
  }
  globalThis.Date = OtherDate as DateConstructor
  Math.random = () => rng.next()
  Object.defineProperty(performance, 'now', {
    configurable: true,
    value: () => ticks() + AWAY_MS,
  })
  try {
    return work()
  } finally {
    globalThis.Date = RealDate
    Math.random = random
    if (ownTicks) Object.defineProperty(performance, 'now', ownTicks)
    else Reflect.deleteProperty(performance, 'now')
  }
}
