import { randomBytes } from 'node:crypto'
import type { Chunk, ChunkResult, ChunkRunner } from '../../backtest/sweep/trials/chunk.js'
import type { SweepPlan } from '../../backtest/sweep/plan/sweep-plan.js'
import { joinResults, lostResult } from '../../backtest/sweep/trials/chunk-result.js'
import { AppError } from '../../core/errors.js'
import { ChunkBoard } from './queue-board.js'
import { connectRedis, redisPlace } from '../workspace/redis.js'
import { decodeResult } from './queue-job.js'
import { packSweep } from './queue-package.js'
import type { LiveWorker } from './queue-presence.js'
import { sign } from './queue-signature.js'
import { DEATHS_MAX, type Failure } from './queue-verdict.js'

const LOST = `its process was lost ${DEATHS_MAX} times`

export interface QueueRunnerOptions {
  readonly redisUrl: string
  readonly sweepId: string
  readonly plan: SweepPlan
  /** Signs what is sent, for workers that have the same. */
  readonly key: string
  /** Hears who works, what was lost, and that nobody works. */
  readonly log: (message: string) => void
  /** Where it is aborted while nobody works, chunks that wait for a worker are given up. */
  readonly signal?: AbortSignal
}

/**
 * Evaluates chunks on the `assay worker` processes that share a Redis. Whoever of them comes, goes,
 * dies or does a chunk twice: each chunk has one result, and the same one as here.
 * @throws AppError REDIS_AWAY, STRATEGY_FILE, SWEEP_CHANGED
 */
export async function createQueueRunner(options: QueueRunnerOptions): Promise<ChunkRunner> {
  const { redisUrl, sweepId, plan, key, log, signal } = options
  const packed = await packSweep(plan)
  const redis = await connectRedis(redisUrl, log)
  const runner = new QueueRunner(log, redisPlace(redisUrl), signal)
  // A sweep that goes on after its coordinator was killed has another name: old chunks mean nothing to it.
  const sweep = `${sweepId}-${randomBytes(4).toString('hex')}`
  runner.board = new ChunkBoard({
    redis,
    sweep,
    content: sign(sweep, packed, key),
    onDone: (id, value) => runner.done(id, value),
    onFailed: (id, failure) => runner.failed(id, failure),
    onWorkers: workers => runner.seen(workers),
    onError: error => runner.giveUp(error),
  })
  await runner.board.open()
  return runner
}

/** A chunk that is given out. Null is the result of one that was lost with its worker too often. */
interface Task {
  readonly chunk: Chunk
  readonly resolve: (result: ChunkResult | null) => void
  readonly reject: (error: unknown) => void
}

class QueueRunner implements ChunkRunner {
  board!: ChunkBoard
  private readonly log: (message: string) => void
  private readonly place: string
  private readonly signal: AbortSignal | undefined
  private readonly tasks = new Map<string, Task>()
  private readonly refusals = new Map<string, string>()
  private workers: readonly LiveWorker[] = []
  private workersTold: string | null = null
  private given = 0
  private turn: Promise<unknown> = Promise.resolve()
  private failure: Error | null = null

  constructor(log: (message: string) => void, place: string, signal: AbortSignal | undefined) {
    this.log = log
    this.place = place
    this.signal = signal
  }

  /** Threads of all workers that are there now. */
  get width(): number {
    return Math.max(1, this.threads)
  }

  async run(chunk: Chunk): Promise<ChunkResult> {
    return (await this.give(chunk, false)) ?? this.inTurn(() => this.runApart(chunk))
  }

  async close(): Promise<void> {
    await this.board.close([...this.tasks.keys()])
  }

  /** Takes the result of a job; of one that is done already it is another's, and not needed. */
  done(id: string, value: unknown): void {
    const task = this.tasks.get(id)
    if (task === undefined) return
    const result = decodeResult(task.chunk, value)
    if (result === null) {
      return this.giveUp(
        failed(`a worker gave no result of chunk ${task.chunk.id} that can be read`),
      )
    }
    this.tasks.delete(id)
    this.board.remove(id)
    task.resolve(result)
  }

  failed(id: string, failure: Failure): void {
    const task = this.tasks.get(id)
    if (task === undefined) return
    switch (failure.kind) {
      case 'lost':
        this.tasks.delete(id)
        this.board.remove(id)
        return task.resolve(null)
      case 'gone':
        return this.board.putAgain(id)
      case 'refused':
        this.note(failure.worker, failure.message)
        return this.board.putAgain(id)
      case 'error':
        return this.giveUp(failed(`chunk ${task.chunk.id} failed on workers: ${failure.message}`))
    }
  }

  /** Takes the list of the workers that are there. */
  seen(workers: readonly LiveWorker[]): void {
    this.workers = workers
    const told = `${workers.length}/${this.threads}`
    if (told !== this.workersTold) this.log(this.workersText())
    this.workersTold = told
    const [refusal] = this.refusals.values()
    if (workers.length > 0 && workers.every(({ id }) => this.refusals.has(id))) {
      this.giveUp(failed(`no worker takes the sweep: ${refusal}`))
    }
    if (workers.length === 0 && this.signal?.aborted === true) {
      this.giveUp(
        new AppError('SWEEP_STOPPED', 'the sweep was stopped while no worker was connected', {
          hint: 'start assay worker, then go on with --resume',
        }),
      )
    }
  }

  /** Nothing more can be done: every chunk ends with this error. */
  giveUp(error: Error): void {
    this.failure ??= error
    for (const { reject } of this.tasks.values()) reject(error)
    this.tasks.clear()
  }

  private get threads(): number {
    return this.workers.reduce((sum, { threads }) => sum + threads, 0)
  }

  private workersText(): string {
    const { length } = this.workers
    if (length > 0) return `workers: ${length}, with ${this.threads} threads`
    return [
      `no assay worker is connected to Redis at ${this.place}; the sweep waits for one.`,
      '  Start it here or on another machine: REDIS_URL=... DATABASE_URL=... assay worker',
    ].join('\n')
  }

  private note(worker: string, message: string): void {
    if (!this.refusals.has(worker)) this.log(`worker ${worker} refuses the sweep: ${message}`)
    this.refusals.set(worker, message)
    this.seen(this.workers)
  }

  private give(chunk: Chunk, alone: boolean): Promise<ChunkResult | null> {
    if (this.failure !== null) return Promise.reject(this.failure)
    return new Promise((resolve, reject) => {
      const id = this.board.put(`${chunk.id}-${this.given++}`, { chunk, alone })
      this.tasks.set(id, { chunk, resolve, reject })
    })
  }

  /**
   * Finds out whether a chunk kills its workers, or was beside one that does: on its own first,
   * and where it dies so, one set after the other.
   */
  private async runApart(chunk: Chunk): Promise<ChunkResult> {
    this.log(`chunk ${chunk.id} lost its worker ${DEATHS_MAX} times; it is tried on its own`)
    const whole = await this.give(chunk, true)
    if (whole !== null) return whole
    if (chunk.points.length === 1) return lostResult(chunk, LOST)
    const parts: ChunkResult[] = []
    for (const point of chunk.points) {
      const single = { ...chunk, points: [point] }
      parts.push((await this.give(single, true)) ?? lostResult(single, LOST))
    }
    return joinResults(chunk.id, parts)
  }

  /** One after the other, so that what is tried alone is alone. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const own = this.turn.then(work)
    this.turn = own.catch(() => undefined)
    return own
  }
}

function failed(problem: string): AppError {
  return new AppError('WORKER_FAILED', problem, {
    hint: 'correct what it names on that machine, then go on with --resume',
  })
}
