import type { Chunk, ChunkResult, ChunkRunner } from '../../src/backtest/sweep/trials/chunk.js'
import { unrank } from '../../src/core/search/space.js'
import { withWorkspace } from '../../src/app/workspace/compose.js'
import type { Flags } from '../../src/cli/flags/flags.js'
import type { Output } from '../../src/app/output/output.js'
import { readSweep, type OpenSweep } from '../../src/app/sweep/input/sweep-input.js'
import { sweepThreads } from '../../src/app/sweep/threads/sweep-threads.js'

const MARKET = { symbol: 'SYNTH-USDC', timeframe: '1h' }

const SILENT: Output = {
  print: () => undefined,
  log: () => undefined,
  draw: () => undefined,
  colour: false,
  interactive: false,
}

/** Opens a sweep over the sample, as the command does in the process that coordinates. */
export function openSample(strategy: string, grid: readonly string[]): Promise<OpenSweep> {
  const flags: Flags = { ...MARKET, strategy, grid: [...grid], align: 'own' }
  return withWorkspace(SILENT, workspace => readSweep(workspace, flags))
}

/** The space of a sweep's first field in chunks of so many sets. */
export function chunksOf({ fields: [field] }: OpenSweep, size: number): Chunk[] {
  const { space } = field!
  const chunks: Chunk[] = []
  for (let rank = 0; rank < space.size; rank += size) {
    const length = Math.min(size, space.size - rank)
    const points = Array.from({ length }, (_, k) => unrank(space, rank + k))
    chunks.push({ id: chunks.length, field: 0, points })
  }
  return chunks
}

/** The threads of this process, which evaluate chunks of a sweep as without a queue. */
export function threadsOf({ plan, data }: OpenSweep, folder: string, workers = 1): ChunkRunner {
  const work = { plan, data, folder, limitMs: null }
  return sweepThreads(work, { threads: workers, bytes: 2 ** 27 }, () => undefined)
}

/** What the threads of this process make of chunks. */
export async function evaluateHere(
  open: OpenSweep,
  chunks: readonly Chunk[],
  folder: string,
): Promise<ChunkResult[]> {
  const runner = threadsOf(open, folder)
  try {
    return await Promise.all(chunks.map(chunk => runner.run(chunk)))
  } finally {
    await runner.close()
  }
}
