import type { Chunk, ChunkResult } from '../../../backtest/sweep/trials/chunk.js'
import { joinResults, lostResult } from '../../../backtest/sweep/trials/chunk-result.js'
import type { TrialBench } from '../../../backtest/sweep/trials/trial-bench.js'
import { runGuard } from '../../strategy/guard/run-guard.js'
import { limitText, within } from '../../strategy/guard/time-limit.js'

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
    const whole = this.timed(chunk)
    if (typeof whole === 'object') return whole
    const parts = chunk.points.map(point => {
      const single = { ...chunk, points: [point] }
      const result = this.timed(single)
      return typeof result === 'object' ? result : failed(single, result)
    })
    return joinResults(chunk.id, parts)
  }

  /** What a chunk gave, or why it gives nothing. */
  private timed(chunk: Chunk): ChunkResult | string {
    const limitMs = this.limits[chunk.field]!
    const result = within(limitMs, () => this.bench.run(chunk))
    const changed = runGuard()?.restoreBuiltIns() ?? null
    if (changed !== null) return `a strategy changed ${changed}, which belongs to all code`
    return result ?? `ended after ${limitText(limitMs)}: look for an endless loop`
  }
}

function failed(chunk: Chunk, message: string): ChunkResult {
  return { ...lostResult(chunk, ''), messages: [message] }
}
