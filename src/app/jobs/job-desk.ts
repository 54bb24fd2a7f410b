import { fork, type ChildProcess } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { newId } from '../workspace/new-id.js'
import { AppError } from '../../core/errors.js'
import {
  type JobChange,
  type JobProblem,
  type JobRecord,
  type JobState,
} from '../../core/ports/server/jobs.js'
import { findRecord } from '../records/record-lookup.js'
import type { Workspace } from '../workspace/compose.js'
import { PACKAGE_ROOT } from '../../data/files/package-root.js'
import type { JobMessage } from './job-process.js'
import type { JobRequest } from './job-work.js'
import { ServerLife } from './server-life.js'

/** Jobs that may wait. */
const QUEUE_MAX = 100
/** A process that was told to end and has not is killed after this. */
const KILL_AFTER_MS = 2_000
/** Progress is stored no more often than this: a restart needs no finer one. */
const STORE_PROGRESS_MS = 1_000

interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<void>
}

/**
 * The jobs of a server: each in a process of its own, a few at a time, the others in a queue that is
 * bounded. They are stored, so that a restart tells what was cut.
 */
export class JobDesk {
  private readonly workspace: Workspace
  private readonly most: number
  private readonly queue: JobRecord[] = []
  private readonly running = new Map<string, Running>()
  /** Jobs that are being stored, and will wait then. */
  private coming = 0
  private isClosed = false
  /** By which others see that these jobs are somebody's. */
  private readonly life: ServerLife

  /** @param most jobs that run at once: one core is left to trading */
  constructor(
    workspace: Workspace,
    most = Math.max(1, availableParallelism() - 1),
    life = new ServerLife(workspace),
  ) {
    this.workspace = workspace
    this.most = most
    this.life = life
  }

  /** Marks what servers that have gone left behind. @returns how many jobs that were */
  begin(): Promise<number> {
    return this.life.begin()
  }

  /** Drawn when the server started. */
  get serverId(): string {
    return this.life.serverId
  }

  /** Jobs that wait, and that run. */
  get load(): { readonly queued: number; readonly running: number } {
    return { queued: this.queue.length, running: this.running.size }
  }

  /**
   * Puts a job into the queue; one that is stored under the same id already is given back as it stands.
   * @throws AppError QUEUE_FULL
   */
  async submit(
    { kind, request }: JobRequest,
    keyId: string,
    jobId: string = newId(),
  ): Promise<JobRecord> {
    const jobs = await this.workspace.jobs()
    const known = await jobs.find(jobId)
    if (known !== undefined) return known
    if (this.queue.length + this.coming >= QUEUE_MAX) {
      throw new AppError('QUEUE_FULL', `${QUEUE_MAX} jobs wait already`, {
        hint: 'ask again when some of them have ended, or cancel some: GET /v1/jobs',
      })
    }
    const job: JobRecord = {
      jobId,
      kind,
      request,
      keyId,
      serverId: this.life.serverId,
      state: 'queued',
      createdAt: this.workspace.clock.now(),
      startedAt: null,
      endedAt: null,
      progress: null,
      result: null,
      problem: null,
    }
    this.coming += 1
    try {
      await jobs.create(job)
    } finally {
      this.coming -= 1
    }
    // Only what is stored may begin.
    this.queue.push(job)
    this.next()
    return job
  }

  /** A job by its id. @throws AppError UNKNOWN_JOB */
  async find(jobId: string): Promise<JobRecord> {
    const jobs = await this.workspace.jobs()
    const ids = async (limit: number): Promise<string[]> =>
      (await jobs.list({ limit })).map(job => job.jobId)
    return findRecord(
      {
        noun: 'job',
        code: 'UNKNOWN_JOB',
        hint: 'GET /v1/jobs lists them',
        get: id => jobs.find(id),
        latest: async () => (await jobs.list({ limit: 1 }))[0],
        ids,
      },
      jobId,
    )
  }

  /** Ends a job before its end. @throws AppError UNKNOWN_JOB, JOB_ENDED */
  async cancel(reference: string): Promise<JobRecord> {
    const job = await this.find(reference)
    const { jobId } = job
    const place = this.queue.findIndex(queued => queued.jobId === jobId)
    if (place >= 0) {
      this.queue.splice(place, 1)
      await this.change(jobId, ['queued'], { state: 'cancelled', endedAt: this.now() })
      return this.find(jobId)
    }
    const from: JobState[] = ['queued', 'running', 'cancelling']
    const isChanged = await this.change(jobId, from, { state: 'cancelling' })
    if (!isChanged) {
      throw new AppError('JOB_ENDED', `job ${jobId} has ended: it is ${job.state}`, {
        hint: `GET /v1/jobs/${jobId} shows what came of it`,
      })
    }
    const running = this.running.get(jobId)
    if (running !== undefined) endChild(running.child)
    return this.find(jobId)
  }

  /** Ends all that runs; the jobs are marked as cut. */
  async close(): Promise<void> {
    this.isClosed = true
    this.queue.length = 0
    const running = [...this.running.values()]
    for (const { child } of running) endChild(child)
    await Promise.all(running.map(({ ended }) => ended))
    await this.life.end()
  }

  private now(): number {
    return this.workspace.clock.now()
  }

  private next(): void {
    while (!this.isClosed && this.running.size < this.most) {
      const job = this.queue.shift()
      if (job === undefined) return
      const { environment, home } = this.workspace
      const child = fork(join(PACKAGE_ROOT, 'dist', 'job.js'), {
        env: {
          ...environment,
          ASSAY_HOME: home.folder,
          DATABASE_URL: home.databaseUrl ?? '',
          REDIS_URL: home.redisUrl ?? '',
        },
        serialization: 'json',
        // Nobody reads what it prints, and a full pipe would hold it up for ever.
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      })
      const ended = this.follow(job, child)
        .catch((error: unknown) => this.workspace.output.log(`job ${job.jobId}: ${String(error)}`))
        .finally(() => {
          this.running.delete(job.jobId)
          this.next()
        })
      this.running.set(job.jobId, { child, ended })
    }
  }

  /** Gives a job to its process, and stores what it tells until it has ended. */
  private async follow(job: JobRecord, child: ChildProcess): Promise<void> {
    const { jobId, kind, request } = job
    let [last, storedAt] = [null as JobMessage | null, -Infinity]
    const exited = new Promise<string>(resolve => {
      child.once('error', error => resolve(error.message))
      child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`))
    })
    child.on('message', (message: JobMessage) => {
      if (!('progress' in message)) return void (last = message)
      const now = this.workspace.clock.monotonic()
      if (now - storedAt < STORE_PROGRESS_MS) return
      storedAt = now
      void this.change(jobId, ['running'], message).catch(() => undefined)
    })
    const start: JobChange = { state: 'running', startedAt: this.now() }
    if (!(await this.change(jobId, ['queued'], start))) endChild(child)
    else if (child.connected) child.send({ kind, request })
    const cause = await exited
    await this.settle(jobId, last, cause)
  }

  private async settle(jobId: string, last: JobMessage | null, cause: string): Promise<void> {
    const endedAt = this.now()
    if (last !== null && 'result' in last) {
      const { result } = last
      const from: JobState[] = ['running', 'cancelling']
      await this.change(jobId, from, { state: 'succeeded', endedAt, result })
      return
    }
    if (this.isClosed) return
    if (await this.change(jobId, ['cancelling'], { state: 'cancelled', endedAt })) return
    const problem = last !== null && 'problem' in last ? last.problem : died(cause)
    await this.change(jobId, ['running'], { state: 'failed', endedAt, problem })
  }

  private async change(jobId: string, from: JobState[], change: JobChange): Promise<boolean> {
    return (await this.workspace.jobs()).change(jobId, from, change)
  }
}

function died(cause: string): JobProblem {
  return {
    code: 'WORKER_FAILED',
    message: `the process of the job ended by itself (${cause})`,
    hint: 'a job that takes more memory than there is ends so: ask for fewer candles or sets',
  }
}

/** A process that does not end when it is told to is killed. */
function endChild(child: ChildProcess): void {
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS)
  child.once('exit', () => clearTimeout(timer))
}
