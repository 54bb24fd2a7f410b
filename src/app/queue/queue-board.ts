import { Queue, QueueEvents, type JobsOptions } from 'bullmq'
import type { Redis } from 'ioredis'
import { CHUNK_QUEUE, KEY_PREFIX } from './queue-connection.js'
import type { ChunkJob } from './queue-job.js'
import { PACKAGE_SECONDS, packageKey } from './queue-package.js'
import { liveWorkers, type LiveWorker } from './queue-presence.js'
import { failureFrom, type Failure } from './queue-verdict.js'

export interface BoardOptions {
  readonly redis: Redis
  /** Names the sweep among all that use this Redis, for as long as this process runs it. */
  readonly sweep: string
  /** The package of the sweep. */
  readonly content: string
  onDone(id: string, value: unknown): void
  onFailed(id: string, failure: Failure): void
  onWorkers(workers: readonly LiveWorker[]): void
  onError(error: Error): void
}

/** How often it looks after its package, its workers, and jobs that Redis has forgotten. */
const LOOK_MS = 2_000
const CLOSE_MS = 3_000
/** Results wait for a coordinator that is alive only for a moment. */
const KEPT_SECONDS = 600
/** Every result goes through this stream; one that was pushed out of it is found by looking. */
const EVENTS_KEPT = 2_000

const JOB: JobsOptions = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 500 },
  removeOnComplete: { age: KEPT_SECONDS },
  removeOnFail: { age: KEPT_SECONDS },
}

/** The jobs of one sweep in the queue that all sweeps share, kept there whatever befalls Redis. */
export class ChunkBoard {
  private readonly options: BoardOptions
  private readonly queue: Queue
  private readonly events: QueueEvents
  private readonly jobs = new Map<string, ChunkJob>()
  /** Jobs that are on their way to Redis, which does not know them yet. */
  private readonly underway = new Set<string>()
  private timer: NodeJS.Timeout | undefined
  private isClosed = false

  constructor(options: BoardOptions) {
    this.options = options
    const connection = { connection: options.redis, prefix: KEY_PREFIX }
    this.queue = new Queue(CHUNK_QUEUE, {
      ...connection,
      streams: { events: { maxLen: EVENTS_KEPT } },
    })
    this.events = new QueueEvents(CHUNK_QUEUE, connection)
    // Breaks of the connection are told by the connection, which mends itself.
    this.queue.on('error', () => undefined)
    this.events.on('error', () => undefined)
    this.events.on('completed', ({ jobId, returnvalue }) => options.onDone(jobId, returnvalue))
    this.events.on('failed', ({ jobId, failedReason }) => this.fail(jobId, failedReason))
  }

  /** Lays the package down and begins to look. */
  async open(): Promise<void> {
    await this.events.waitUntilReady()
    await this.renewPackage()
    this.options.onWorkers(await liveWorkers(this.options.redis))
    this.lookLater()
  }

  /** Puts a job. @returns its id, which calls one job only */
  put(name: string, { chunk, alone }: Omit<ChunkJob, 'sweep'>): string {
    const { sweep } = this.options
    const id = `${sweep}-${name}`
    this.jobs.set(id, { sweep, chunk, alone })
    this.send(id)
    return id
  }

  /** Puts a job that has failed once more. */
  putAgain(id: string): void {
    this.underway.add(id)
    this.guard(async () => {
      await this.renewPackage()
      await this.queue.remove(id)
      await this.add(id)
    })
  }

  /** Takes a job off that needs no more work. */
  remove(id: string): void {
    this.jobs.delete(id)
    this.guard(async () => void (await this.queue.remove(id)))
  }

  /** Takes off what still waits, and lets go of Redis. */
  async close(waiting: readonly string[]): Promise<void> {
    if (this.isClosed) return
    this.isClosed = true
    clearTimeout(this.timer)
    const { redis, sweep } = this.options
    const leave = async (): Promise<void> => {
      await redis.del(packageKey(sweep))
      await Promise.all(waiting.map(id => this.queue.remove(id)))
      await this.events.close()
      await this.queue.close()
    }
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>(resolve => (timer = setTimeout(resolve, CLOSE_MS)))
    await Promise.race([leave().catch(() => undefined), late])
    clearTimeout(timer)
    void this.events.close().catch(() => undefined)
    redis.disconnect()
  }

  private fail(id: string, reason: string): void {
    if (!this.underway.has(id)) this.options.onFailed(id, failureFrom(reason))
  }

  private send(id: string): void {
    this.underway.add(id)
    this.guard(() => this.add(id))
  }

  /** Redis takes an id once: a job that is there already stays as it is. */
  private async add(id: string): Promise<void> {
    try {
      const job = this.jobs.get(id)
      if (job !== undefined) await this.queue.add('chunk', job, { ...JOB, jobId: id })
    } finally {
      this.underway.delete(id)
    }
  }

  private lookLater(): void {
    this.timer = setTimeout(() => {
      this.guard(async () => {
        await this.renewPackage()
        this.options.onWorkers(await liveWorkers(this.options.redis))
        await Promise.all([...this.jobs.keys()].map(id => this.look(id)))
        if (!this.isClosed) this.lookLater()
      })
    }, LOOK_MS)
  }

  /** Redis may have forgotten a job, or its event was not seen. */
  private async look(id: string): Promise<void> {
    const state = await this.queue.getJobState(id)
    if (!this.jobs.has(id) || this.underway.has(id)) return
    if (state === 'unknown') return this.send(id)
    if (state !== 'completed' && state !== 'failed') return
    const job = await this.queue.getJob(id)
    if (job === undefined || !this.jobs.has(id) || this.underway.has(id)) return
    if (state === 'completed') this.options.onDone(id, job.returnvalue)
    else this.fail(id, job.failedReason)
  }

  private async renewPackage(): Promise<void> {
    const { redis, sweep, content } = this.options
    const isThere = await redis.expire(packageKey(sweep), PACKAGE_SECONDS)
    if (isThere === 0) await redis.set(packageKey(sweep), content, 'EX', PACKAGE_SECONDS)
  }

  private guard(work: () => Promise<void>): void {
    work().catch((error: Error) => {
      if (!this.isClosed) this.options.onError(error)
    })
  }
}
