import { marketsOfSeed, SessionSimulation } from './session-simulation.js'
import { SwapSimulation } from './swap-simulation.js'

/** A seed whose world broke an invariant. */
export interface FailedSeed {
  readonly seed: number
  readonly message: string
  /** Replays it alone. */
  readonly command: string
}

/** Plays the swaps and the session of a seed. @returns null where all held */
export async function simulateSeed(seed: number): Promise<FailedSeed | null> {
  try {
    await new SwapSimulation(seed).run()
    await new SessionSimulation(seed, { markets: marketsOfSeed(seed) }).run()
    return null
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { seed, message, command: `npm run simulate -- --seeds 1 --from ${seed}` }
  }
}

/** Plays every so many-th seed of a range. */
export async function simulateRange(
  { from, seeds, every, offset }: SeedRange,
  onSeed: () => void = () => undefined,
): Promise<readonly FailedSeed[]> {
  const failed: FailedSeed[] = []
  for (let seed = from + offset; seed < from + seeds; seed += every) {
    const found = await simulateSeed(seed)
    if (found !== null) failed.push(found)
    onSeed()
  }
  return failed
}

export interface SeedRange {
  readonly from: number
  readonly seeds: number
  readonly every: number
  readonly offset: number
}
