import type { Clock, StopSignal } from '../../src/core/ports/clock.js'
import type { VirtualClock } from './virtual-clock.js'

/** What happens to a process around something that lasts; it may throw what its surroundings throw. */
export type Fate = (process: SimProcess, moment: string) => void

/**
 * A process that can die or stand still at whatever it does with the world. One that is dead gets no
 * answer any more, and its sleep never ends: nothing of it goes on, and nothing of it is told.
 */
export class SimProcess implements Clock {
  isDead = false
  /** How far the clock of its machine is off. */
  skewMs = 0
  /** Ends when it dies. */
  readonly death: Promise<void>
  private readonly clock: VirtualClock
  private readonly fate: Fate
  private readonly born: number
  private standsUntil = 0
  private die: () => void = () => undefined

  constructor(clock: VirtualClock, fate: Fate) {
    this.clock = clock
    this.fate = fate
    this.born = clock.now()
    this.death = new Promise(resolve => (this.die = resolve))
  }

  now(): number {
    return Math.floor(this.clock.now() + this.skewMs)
  }

  monotonic(): number {
    return this.clock.now() - this.born
  }

  random(): number {
    return this.clock.random()
  }

  async sleep(ms: number, signal?: StopSignal): Promise<void> {
    if (signal?.aborted === true) return
    let wake = (): void => undefined
    const woken = new Promise<void>(resolve => (wake = resolve))
    signal?.addEventListener('abort', wake, { once: true })
    await Promise.race([this.clock.sleep(ms), woken])
    signal?.removeEventListener('abort', wake)
    await this.goOn()
  }

  kill(): void {
    this.isDead = true
    this.die()
  }

  /** It does nothing for a while, and does not know. */
  stand(ms: number): void {
    this.standsUntil = this.clock.now() + ms
  }

  /** The same, reached by this process: each call may be its last, before it is done or after. */
  tether<T extends object>(target: T, name: string): T {
    const tethered = new Map<unknown, unknown>()
    return new Proxy(target, {
      get: (_, key) => {
        const value: unknown = Reflect.get(target, key, target)
        if (typeof value !== 'function') return value
        const known = tethered.get(value)
        if (known !== undefined) return known
        const work = value.bind(target) as (...args: unknown[]) => unknown
        const moment = `${name}.${String(key)}`
        const call = (...args: unknown[]): unknown => this.around(moment, () => work(...args))
        tethered.set(value, call)
        return call
      },
    })
  }

  private around(moment: string, work: () => unknown): unknown {
    const isPages = moment === 'store.inputs' || moment === 'store.events'
    return isPages ? work() : this.call(moment, work)
  }

  private async call(moment: string, work: () => unknown): Promise<unknown> {
    await this.goOn()
    this.fate(this, `before ${moment}`)
    await this.goOn()
    const value = await work()
    await this.goOn()
    this.fate(this, `after ${moment}`)
    await this.goOn()
    return value
  }

  private async goOn(): Promise<void> {
    while (!this.isDead && this.standsUntil > this.clock.now()) {
      await this.clock.sleep(this.standsUntil - this.clock.now())
    }
    if (this.isDead) await new Promise<never>(() => undefined)
  }
}
