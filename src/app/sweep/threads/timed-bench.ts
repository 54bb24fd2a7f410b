import type { Chunk, ChunkResult } from '../../../backtest/sweep/trials/chunk.js'
import { joinResults, lostResult } from '../../../backtest/sweep/trials/chunk-result.js'
import type { TrialBench } from '../../../backtest/sweep/trials/trial-bench.js'
import { limitText, within } from '../../strategy/time-limit.js'

/**
 * A bench whose sets may each take so long. The watch costs a thread of its own, so it is set on a
 * chunk; only where that takes longer than a set may are its sets run one by one, and the one that
 * does not end is a failed trial.
 */
export class TimedBench {
  private readonly bench: TrialBench
  /** By field, milliseconds. */
  private readonly limits: readonly number[]

  constructor(bench: TrialBench, limits: readonly number[]) {
    this.bench = bench
    this.limits = limits
  }

  run(chunk: Chunk): ChunkResult {
    return this.timed(chunk) ?? joinResults(chunk.id, this.oneByOne(chunk))
  }

  private oneByOne(chunk: Chunk): ChunkResult[] {
    return chunk.points.map(point => {
      const single = { ...chunk, points: [point] }
      return this.timed(single) ?? this.endless(single)
    })
  }

  private timed(chunk: Chunk): ChunkResult | undefined {
    return within(this.limits[chunk.field]!, () => this.bench.run(chunk))
  }

  private endless(chunk: Chunk): ChunkResult {
    const message = `ended after ${limitText(this.limits[chunk.field]!)}: look for an endless loop`
    return { ...lostResult(chunk, ''), messages: [message] }
  }
}
