import { counted } from '../../core/number-format.js'
import { randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { UnrecoverableError, Worker, type Job } from 'bullmq'
import type { Redis } from 'ioredis'
import type { Workspace } from '../workspace/compose.js'
import { connectRedis, redisPlace } from '../workspace/redis.js'
import { CHUNK_QUEUE, KEY_PREFIX } from './queue-connection.js'
import { encodeResult, parseJob } from './queue-job.js'
import { announce, leave, PRESENCE_MS, type LiveWorker } from './queue-presence.js'
import { DEATHS_MAX, failureReason } from './queue-verdict.js'
import { Admission } from './worker-admission.js'
import { removeLeftFolders } from './worker-folder.js'
import { isRefusal, SweepShelf } from './worker-shelf.js'
import { workerFolders } from './worker-sweep.js'
import type { ThreadResources } from '../sweep/threads/sweep-threads.js'

/** A chunk whose worker has not been heard of for so long goes to another. */
const LOCK_MS = 6_000
const STALLED_CHECK_MS = 2_000
/** Chunks taken for each thread, so that none of them waits for Redis. */
const AHEAD = 2
/** Before a refused chunk goes back: a worker that can take it is given the time to. */
const REFUSAL_MS = 500
const PROGRESS_MS = 30_000
/** Longest wait for Redis when the worker ends. */
const CLOSE_MS = 10_000

/**
 * Takes chunks until the process is told to stop, then finishes what it has.
 * @throws AppError REDIS_AWAY, DATABASE_AWAY where one of them cannot be reached at first
 */
export async function runWorker(
  workspace: Workspace,
  redisUrl: string,
  resources: ThreadResources,
): Promise<void> {
  const log = (message: string): void => workspace.output.log(message)
  removeLeftFolders(workerFolders(workspace))
  const redis = await connectRedis(redisUrl, log)
  await workspace.database().catch((error: unknown) => {
    redis.disconnect()
    throw error
  })
  const stopped = untilStopped()
  const desk = new WorkerDesk(workspace, redis, resources)
  const queue = queueWorker(redis, desk, resources)
  // Breaks of the connection are told by the connection; a lost lock means that another works too.
  queue.on('error', () => undefined)
  log(
    `worker ${desk.id}: ${resources.threads} threads, chunks from Redis at ${redisPlace(redisUrl)}`,
  )
  const ticking = desk.keepTelling(stopped.signal)
  await stopped.done
  log('stopping: what runs is finished')
  await Promise.race([endInOrder(), sleep(CLOSE_MS, undefined, { ref: false })])
  await desk.shelf.closeIdle(-1)
  redis.disconnect()

  async function endInOrder(): Promise<void> {
    await queue.close()
    await ticking
    await leave(redis, desk)
  }
}

function queueWorker(redis: Redis, desk: WorkerDesk, { threads }: ThreadResources): Worker {
  return new Worker(CHUNK_QUEUE, job => desk.work(job), {
    connection: redis,
    prefix: KEY_PREFIX,
    name: desk.id,
    concurrency: threads * AHEAD,
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
    maxStalledCount: DEATHS_MAX - 1,
    runRetryDelay: 1_000,
  })
}

/** The first Ctrl-C or SIGTERM; a second one ends the process at once. */
function untilStopped(): { done: Promise<void>; signal: AbortSignal } {
  const controller = new AbortController()
  const done = new Promise<void>(resolve => {
    const stop = (): void => {
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
      controller.abort()
      resolve()
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
  })
  return { done, signal: controller.signal }
}

/** What a worker does with a job, and what it says of itself. */
class WorkerDesk implements LiveWorker {
  readonly id = `${hostname()}-${process.pid}-${randomBytes(2).toString('hex')}`
  readonly threads: number
  readonly shelf: SweepShelf
  private readonly workspace: Workspace
  private readonly redis: Redis
  private readonly admission = new Admission()
  private readonly told = new Set<string>()
  private sets = 0

  constructor(workspace: Workspace, redis: Redis, resources: ThreadResources) {
    this.workspace = workspace
    this.redis = redis
    this.threads = resources.threads
    this.shelf = new SweepShelf(workspace, redis, resources)
  }

  async work(job: Job): Promise<unknown> {
    try {
      const { sweep, chunk, alone } = parseJob(job.data)
      const result = await this.shelf.use(sweep, open =>
        this.admission.run(alone, () => open.run(chunk)),
      )
      if (result === null) throw new UnrecoverableError(failureReason({ kind: 'gone' }))
      this.sets += chunk.points.length
      return encodeResult(result)
    } catch (error) {
      if (!isRefusal(error)) throw error
      this.tell(`refused a sweep: ${error.message}`)
      await sleep(REFUSAL_MS)
      throw new UnrecoverableError(
        failureReason({ kind: 'refused', worker: this.id, message: error.message }),
      )
    }
  }

  /** Says to Redis that the worker is there, and to people what it has done. */
  async keepTelling(signal: AbortSignal): Promise<void> {
    let [last, before] = [Date.now(), 0]
    while (!signal.aborted) {
      await announce(this.redis, this).catch(() => undefined)
      await this.shelf.closeIdle()
      const passed = Date.now() - last
      if (passed >= PROGRESS_MS) {
        const { sets } = this
        if (sets > before) {
          const count = counted(sets - before, 'set')
          this.workspace.output.log(`${count} in ${Math.round(passed / 1000)} s`)
        }
        ;[last, before] = [Date.now(), sets]
      }
      await sleep(PRESENCE_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  private tell(message: string): void {
    if (this.told.has(message)) return
    this.told.add(message)
    this.workspace.output.log(message)
  }
}
