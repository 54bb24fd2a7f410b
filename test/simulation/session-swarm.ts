import type { Rng } from '../../src/core/random.js'

/** How likely each thing that goes wrong around a session is, beside what goes wrong with its swaps. */
export interface SessionFaults {
  /** The process dies around something that lasts. */
  dies: number
  /** The process stands still for longer than it may, at any of these moments. */
  stands: number
  /** Another process is started though one runs, a minute. */
  rival: number
  /** The store cannot be reached, before it has done something or after. */
  storeAway: number
  /** The store cannot be reached for some minutes, a minute. */
  storeOut: number
  /** The clock of the machine jumps, a minute. */
  jump: number
  /** A candle is not in the answer of its source yet. */
  candleLate: number
  /** The source never has a candle. */
  candleMissing: number
  /** The source tells a candle otherwise later. */
  candleRevised: number
  /** The source does not answer for some minutes, a minute. */
  feedAway: number
  /** Somebody orders something, a minute. */
  command: number
  /** Somebody edits the settings, a minute. */
  settings: number
  /** The price leaps, a minute. */
  leap: number
}

const MOST: SessionFaults = {
  dies: 0.01,
  stands: 0.004,
  rival: 0.2,
  storeAway: 0.01,
  storeOut: 0.15,
  jump: 0.15,
  candleLate: 0.5,
  candleMissing: 0.15,
  candleRevised: 0.3,
  feedAway: 0.15,
  command: 0.3,
  settings: 0.2,
  leap: 0.3,
}

const NAMES = Object.keys(MOST) as (keyof SessionFaults)[]

/** Draws which things go wrong, and how badly: each of them is left out of half of the worlds. */
export function drawSessionFaults(rng: Rng): SessionFaults {
  const drawn = { ...MOST }
  for (const name of NAMES) drawn[name] *= rng.next() < 0.5 ? 0 : rng.next()
  return drawn
}

/** Nothing goes wrong any more. */
export function withoutSessionFaults(faults: SessionFaults): void {
  for (const name of NAMES) faults[name] = 0
}
