import type { Clock, StopSignal } from '../../src/core/ports/clock.js'

interface Sleeper {
  readonly due: number
  readonly wake: () => void
}

/**
 * Time that passes when everybody sleeps: it goes on to the next who is to wake, one step for each
 * turn of the event loop, so that answers of local servers come in between.
 */
export class VirtualClock implements Clock {
  private time: number
  private readonly sleepers: Sleeper[] = []
  private isTicking = false
  private readonly onTick: (now: number) => void
  /** Whether somebody is still answering: time does not pass meanwhile. */
  isBusy: () => boolean = () => false

  constructor(start: number, onTick: (now: number) => void = () => undefined) {
    this.time = start
    this.onTick = onTick
  }

  now(): number {
    return Math.floor(this.time)
  }

  monotonic(): number {
    return this.time
  }

  random(): number {
    return 0.5
  }

  sleep(ms: number, signal?: StopSignal): Promise<void> {
    // A real timer waits for whole milliseconds, too.
    const due = this.time + Math.max(0, Math.ceil(ms))
    return new Promise(resolve => {
      const wake = (): void => {
        signal?.removeEventListener('abort', wake)
        // Time does not pass for somebody who sleeps no more.
        const place = this.sleepers.indexOf(sleeper)
        if (place >= 0) this.sleepers.splice(place, 1)
        resolve()
      }
      const sleeper = { due, wake }
      if (signal?.aborted === true) return resolve()
      signal?.addEventListener('abort', wake, { once: true })
      this.sleepers.push(sleeper)
      this.sleepers.sort((a, b) => a.due - b.due)
      this.tick()
    })
  }

  private tick(): void {
    if (this.isTicking) return
    this.isTicking = true
    setTimeout(() => {
      this.isTicking = false
      if (this.isBusy()) return this.tick()
      const next = this.sleepers.shift()
      if (next === undefined) return
      this.time = Math.max(this.time, next.due)
      this.onTick(this.time)
      next.wake()
      if (this.sleepers.length > 0) this.tick()
    }, 1)
  }
}
