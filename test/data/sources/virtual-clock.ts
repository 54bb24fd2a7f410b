import type { Clock } from '../../../src/data/sources/clock.js'

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/**
 * Time that passes only when all wait: then it is at once the moment at which the first of them wakes.
 * For worlds whose answers come without I/O.
 */
export class VirtualClock implements Clock {
  private time: number
  private sleepers: Sleeper[] = []
  private isMoving = false
  /** Called whenever time has passed. */
  onTick: (now: number) => void = () => undefined

  constructor(start: number) {
    this.time = start
  }

  now(): number {
    return this.time
  }

  monotonic(): number {
    return this.time
  }

  random(): number {
    return 0.5
  }

  sleep(ms: number): Promise<void> {
    return new Promise(wake => {
      this.sleepers.push({ at: this.time + Math.max(0, ms), wake })
      this.move()
    })
  }

  private move(): void {
    if (this.isMoving) return
    this.isMoving = true
    setImmediate(() => {
      this.isMoving = false
      const first = this.sleepers.reduce((a, b) => (b.at < a.at ? b : a))
      this.sleepers = this.sleepers.filter(one => one !== first)
      this.time = Math.max(this.time, first.at)
      this.onTick(this.time)
      first.wake()
      if (this.sleepers.length > 0) this.move()
    })
  }
}
