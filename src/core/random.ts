/** A source of chance that is an argument, never ambient. Its state can be saved. */
export interface Rng {
  /** A number from 0 (inclusive) to 1 (exclusive). */
  next(): number
  /** All that the next numbers follow from. */
  readonly state: number
}

/** Mulberry32: 32 bits of state, enough for samples and tests. https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export function seededRng(seed: number): Rng {
  let state = seed >>> 0
  return {
    next() {
      state = (state + 0x6d2b79f5) >>> 0
      let mixed = Math.imul(state ^ (state >>> 15), state | 1)
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
    },
    get state() {
      return state
    },
  }
}

/** A standard normal number, by Box and Muller. */
export function normal(rng: Rng): number {
  const radius = Math.sqrt(-2 * Math.log(1 - rng.next()))
  return radius * Math.cos(2 * Math.PI * rng.next())
}
