import { HOUR_MS, type Millis } from '../../../core/candles/time.js'
import type { LocalTime } from '../cells/clock-times.js'
import type { Zone } from './zones.js'

/** The way that the rows of a file go through time; undefined where they go no one way. */
type Direction = 'up' | 'down' | undefined

/** Local times of one zone, or of those that each names, in UTC. */
export class LocalClocks {
  private readonly direction: Direction
  private readonly zone: Zone
  private readonly zoneNamed: (local: LocalTime) => Zone
  private clocks = new Map<string | undefined, ClockChanges>()

  constructor(zone: Zone, locals: readonly LocalTime[], zoneNamed: (local: LocalTime) => Zone) {
    this.zone = zone
    this.zoneNamed = zoneNamed
    this.direction = directionOf(locals.map(({ ms }) => ms))
  }

  /** NaN for a time that clocks were set forward over. */
  toUtc(local: LocalTime): Millis {
    let clock = this.clocks.get(local.zoneName)
    if (clock === undefined) {
      const zone = local.zoneName === undefined ? this.zone : this.zoneNamed(local)
      clock = new ClockChanges(zone, this.direction)
      this.clocks.set(local.zoneName, clock)
    }
    return clock.toUtc(local.ms)
  }

  /** Forgets the rows so far. */
  restart(): void {
    this.clocks = new Map()
  }

  /** The first local time that may be either of two; known once all rows are read. */
  unclear(): Millis | undefined {
    return [...this.clocks.values()].map(clock => clock.unclear()).find(time => time !== undefined)
  }
}

/** Clocks that are set back step back, too; further than that no file in order does. */
const BACK_MAX = 2 * HOUR_MS

function directionOf(times: readonly Millis[]): Direction {
  const isUp = (times[0] ?? 0) <= (times[times.length - 1] ?? 0)
  const steps = times.slice(1).map((time, i) => (time - times[i]!) * (isUp ? 1 : -1))
  if (!steps.every(step => step >= -BACK_MAX)) return undefined
  return isUp ? 'up' : 'down'
}

/** An hour that came twice, as far as its rows have shown. */
interface Repeated {
  readonly local: Millis
  wasSeenTwice: boolean
}

/**
 * Local times in UTC. Where clocks are set back an hour comes twice, and the order of the rows
 * tells which is which: once time steps back by that hour, the second has begun. An hour that did
 * not come twice in the file stays open, and `unclear` names it.
 */
class ClockChanges {
  private readonly zone: Zone
  private readonly direction: Direction
  private last = NaN
  private repeated: Repeated | undefined
  private open: Millis | undefined

  constructor(zone: Zone, direction: Direction) {
    this.zone = zone
    this.direction = direction
  }

  toUtc(local: Millis): Millis {
    const found = this.zone.toUtc(local)
    const time = found.length < 2 ? (found[0] ?? NaN) : this.choose(local, found)
    if (found.length === 1) this.leave()
    this.last = time
    return time
  }

  private choose(local: Millis, [early, late]: readonly Millis[]): Millis {
    if (this.direction === undefined) return NaN
    const isUp = this.direction === 'up'
    const [first, second] = isUp ? [early!, late!] : [late!, early!]
    this.repeated ??= { local, wasSeenTwice: false }
    const isOnward = isUp ? first > this.last : first < this.last
    if (Number.isNaN(this.last) || (isOnward && !this.repeated.wasSeenTwice)) return first
    this.repeated.wasSeenTwice = true
    return second
  }

  private leave(): void {
    if (this.repeated !== undefined && !this.repeated.wasSeenTwice)
      this.open ??= this.repeated.local
    this.repeated = undefined
  }

  unclear(): Millis | undefined {
    this.leave()
    return this.open
  }
}
