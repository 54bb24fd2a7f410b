import { seededRng } from '../../core/random.js'

/** A seed of its own for each part and run: mixed, so that neighbours share no stretch of numbers. */
export function mixedSeed(seed: number, ...parts: readonly number[]): number {
  let mixed = seed >>> 0
  for (const part of parts) {
    const high = Math.floor(part / 4_294_967_296)
    mixed = Math.imul(mixed ^ (part >>> 0), 0x9e3779b1) >>> 0
    mixed = Math.imul(mixed ^ (mixed >>> 15) ^ high, 0x85ebca6b) >>> 0
    mixed = (mixed ^ (mixed >>> 13)) >>> 0
  }
  return mixed
}

/** A number from 0 (inclusive) to 1 (exclusive) that belongs to a seed and a time, whoever asks when. */
export function chanceAt(seed: number, time: number): number {
  return seededRng(mixedSeed(seed, time)).next()
}
