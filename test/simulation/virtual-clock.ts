import type { Rng } from '../../src/core/random.js'
import type { LiveClock } from '../../src/live/clock.js'

interface Sleeper {
  readonly until: number
  readonly number: number
  readonly wake: () => void
}

/**
 * A clock that stands still while anybody has something to do, and then leaps to the next moment that
 * somebody sleeps until. Whoever sleeps until the same moment wakes in the order of going to sleep.
 */
export class VirtualClock implements LiveClock {
  private readonly rng: Rng
  private readonly sleepers: Sleeper[] = []
  private time: number
  private numbers = 0

  constructor(rng: Rng, time: number) {
    this.rng = rng
    this.time = time
  }

  now(): number {
    return this.time
  }

  random(): number {
    return this.rng.next()
  }

  sleep(ms: number): Promise<void> {
    return new Promise(wake => {
      this.numbers += 1
      this.sleepers.push({ until: this.time + Math.max(0, ms), number: this.numbers, wake })
    })
  }

  /** Lets time pass until a task has come to its end. @throws where it never does */
  async run<T>(task: Promise<T>): Promise<T> {
    let isDone = false
    const watched = task.finally(() => (isDone = true))
    // What it throws is thrown below.
    watched.catch(() => undefined)
    for (;;) {
      await settled()
      if (isDone) return watched
      const next = this.earliest()
      if (next === undefined) throw new Error('everybody waits, and nobody for the time')
      this.time = next.until
      next.wake()
    }
  }

  private earliest(): Sleeper | undefined {
    let best = 0
    for (let k = 1; k < this.sleepers.length; k++) {
      const [one, other] = [this.sleepers[k]!, this.sleepers[best]!]
      if (one.until < other.until || (one.until === other.until && one.number < other.number))
        best = k
    }
    return this.sleepers.splice(best, 1)[0]
  }
}

/**
 * After all that can go on without the time passing: nothing in a simulation waits for the world
 * outside, so that a tick, which comes after all promises, is late enough.
 */
function settled(): Promise<void> {
  return new Promise(done => process.nextTick(done))
}
