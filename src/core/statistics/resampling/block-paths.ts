import type { Rng } from '../../random.js'

/** How blocks are drawn. */
export type BlockMethod = 'stationary' | 'circular'

/**
 * Draws another history of the same length: places of returns, block after block, going round at
 * the end. Stationary blocks have geometric lengths about `length` (Politis and Romano 1994), circular
 * ones the same, rounded (Politis and Romano 1992). https://doi.org/10.1080/01621459.1994.10476870
 */
export function drawPath(
  places: Int32Array,
  rng: Rng,
  { method, length }: { method: BlockMethod; length: number },
): void {
  const count = places.length
  const perBlock = method === 'circular' || length <= 1 ? 0 : 1 / Math.log1p(-1 / length)
  const fixed = Math.max(1, Math.round(length))
  for (let k = 0; k < count;) {
    let place = Math.floor(rng.next() * count)
    const drawn = perBlock === 0 ? fixed : 1 + Math.floor(Math.log(1 - rng.next()) * perBlock)
    for (const end = Math.min(count, k + drawn); k < end; k++) {
      places[k] = place
      place = place + 1 === count ? 0 : place + 1
    }
  }
}
