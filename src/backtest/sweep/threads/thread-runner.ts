import { Worker } from 'node:worker_threads'
import type { Chunk, ChunkResult, ChunkRunner } from '../trials/chunk.js'
import { joinResults, lostResult } from '../trials/chunk-result.js'

export interface ThreadRunnerOptions {
  readonly workers: number
  /** The script of a thread and what it is given. */
  readonly script: URL
  readonly workerData: unknown
  /** Told when a thread has died and what is done about it. */
  readonly onDeath?: (message: string) => void
}

interface Job {
  readonly chunk: Chunk
  readonly resolve: (result: ChunkResult) => void
  readonly reject: (error: unknown) => void
  deaths: number
}

/** A set that took a thread with it this often is a failed trial. */
const DEATHS_MAX = 2
/** Heap of a thread. Candles and columns are outside of it, so a strategy that needs more is ill. */
const HEAP_MB = 512
/** What a trial leaves behind is small; more room for it is only more memory. */
const YOUNG_MB = 8
/** Chunks that wait at a thread, so that it never waits for this one. */
const AHEAD = 2

/**
 * Evaluates chunks on threads: whoever is free takes the next. A thread that dies is replaced and
 * its chunks are given out again; one that dies at the same chunk twice has it cut into single
 * sets, so that the set which kills it fails alone.
 */
export function createThreadRunner(options: ThreadRunnerOptions): ChunkRunner {
  const waiting: Job[] = []
  const seats = Array.from({ length: options.workers }, () => new Seat(options, deal, given))
  let isClosed = false

  function deal(): void {
    for (let round = 0; round < AHEAD; round++) {
      for (const seat of seats) {
        if (waiting.length > 0 && seat.load === round) seat.take(waiting.shift()!)
      }
    }
  }

  /** The jobs of a thread that has died. */
  function given(jobs: readonly Job[], cause: string): void {
    if (isClosed) return
    options.onDeath?.(`a worker died (${cause}); its sets are given to another`)
    const [first, ...others] = jobs
    if (first) first.deaths += 1
    const again = [...(first ? [first] : []), ...others]
    for (const job of again.reverse()) {
      if (job.deaths < DEATHS_MAX) waiting.unshift(job)
      else if (job.chunk.points.length > 1) void runApart(job)
      else job.resolve(lostResult(job.chunk, cause))
    }
    deal()
  }

  async function runApart({ chunk, resolve, reject }: Job): Promise<void> {
    try {
      const parts: ChunkResult[] = []
      for (const point of chunk.points) parts.push(await run({ ...chunk, points: [point] }))
      resolve(joinResults(chunk.id, parts))
    } catch (error) {
      reject(error)
    }
  }

  function run(chunk: Chunk): Promise<ChunkResult> {
    return new Promise((resolve, reject) => {
      waiting.push({ chunk, resolve, reject, deaths: 0 })
      deal()
    })
  }

  return {
    width: options.workers,
    run,
    close: async () => {
      isClosed = true
      await Promise.all(seats.map(seat => seat.close()))
    },
  }
}

/** The place of a thread, which another one takes when it dies. */
class Seat {
  private readonly options: ThreadRunnerOptions
  private readonly onFree: () => void
  private readonly onDeath: (jobs: readonly Job[], cause: string) => void
  private worker: Worker | null = null
  private jobs: Job[] = []

  constructor(
    options: ThreadRunnerOptions,
    onFree: () => void,
    onDeath: (jobs: readonly Job[], cause: string) => void,
  ) {
    this.options = options
    this.onFree = onFree
    this.onDeath = onDeath
  }

  get load(): number {
    return this.jobs.length
  }

  take(job: Job): void {
    this.jobs.push(job)
    this.worker ??= this.hire()
    this.worker.postMessage(job.chunk)
  }

  async close(): Promise<void> {
    const { worker } = this
    this.worker = null
    await worker?.terminate()
  }

  private hire(): Worker {
    const { script, workerData } = this.options
    const resourceLimits = { maxOldGenerationSizeMb: HEAP_MB, maxYoungGenerationSizeMb: YOUNG_MB }
    // A strategy finds nothing of the environment, which may hold passwords.
    const worker = new Worker(script, { workerData, resourceLimits, env: {} })
    let cause = ''
    worker.on('message', (result: ChunkResult) => {
      this.jobs.shift()?.resolve(result)
      this.onFree()
    })
    worker.on('error', error => (cause = error.message))
    worker.on('exit', code => {
      if (this.worker !== worker) return
      this.worker = null
      const jobs = this.jobs
      this.jobs = []
      this.onDeath(jobs, cause || `exit code ${code}`)
    })
    return worker
  }
}
