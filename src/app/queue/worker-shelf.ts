import { createHash } from 'node:crypto'
import type { Redis } from 'ioredis'
import { AppError } from '../../core/errors.js'
import type { Workspace } from '../workspace/compose.js'
import { readQueueKey } from '../../data/store/queue-key.js'
import { packageKey } from './queue-package.js'
import { verifySigned } from './queue-signature.js'
import type { ThreadResources } from '../sweep/threads/sweep-threads.js'
import { openSweep, type WorkerSweep } from './worker-sweep.js'

/** Sweeps stay open for so long after their last chunk. */
const IDLE_MS = 60_000

interface Place {
  readonly sweep: Promise<WorkerSweep>
  users: number
  lastUsed: number
}

/** The sweeps that a worker has open, by what their packages hold: a resumed one is the same. */
export class SweepShelf {
  private readonly workspace: Workspace
  private readonly redis: Redis
  private readonly resources: ThreadResources
  private readonly places = new Map<string, Place>()
  private readonly names = new Map<string, string>()
  private readonly refusals = new Map<string, AppError>()
  private asked: Promise<string> | undefined

  constructor(workspace: Workspace, redis: Redis, resources: ThreadResources) {
    this.workspace = workspace
    this.redis = redis
    this.resources = resources
  }

  /**
   * Works with an open sweep. Null where its package is gone, and so is its coordinator.
   * @throws AppError where the sweep cannot be opened here
   */
  async use<T>(name: string, work: (sweep: WorkerSweep) => Promise<T>): Promise<T | null> {
    const place = await this.place(name)
    if (place === null) return null
    place.users += 1
    try {
      return await work(await place.sweep)
    } finally {
      place.users -= 1
      place.lastUsed = Date.now()
    }
  }

  /** Closes what nobody has used for a while. */
  async closeIdle(idleMs = IDLE_MS): Promise<void> {
    const before = Date.now() - idleMs
    for (const [hash, { sweep, users, lastUsed }] of this.places) {
      if (users > 0 || lastUsed > before) continue
      this.places.delete(hash)
      for (const [name, own] of this.names) if (own === hash) this.names.delete(name)
      await (await sweep.catch(() => undefined))?.close()
    }
  }

  private async place(name: string): Promise<Place | null> {
    const refusal = this.refusals.get(name)
    if (refusal) throw refusal
    const known = this.places.get(this.names.get(name) ?? '')
    if (known) return (await this.redis.exists(packageKey(name))) === 1 ? known : null
    const text = await this.redis.get(packageKey(name))
    if (text === null) return null
    const content = verifySigned(name, text, await this.key())
    const hash = createHash('sha256').update(content).digest('hex')
    this.names.set(name, hash)
    const same = this.places.get(hash)
    if (same) return same
    const place: Place = { sweep: this.open(name, content), users: 0, lastUsed: Date.now() }
    this.places.set(hash, place)
    place.sweep.catch(error => {
      // What went wrong in the world may go right with the next chunk; a refusal stands.
      this.places.delete(hash)
      if (isRefusal(error)) this.refusals.set(name, error)
    })
    return place
  }

  private key(): Promise<string> {
    return (this.asked ??= this.workspace.database().then(readQueueKey))
  }

  private async open(name: string, text: string): Promise<WorkerSweep> {
    const sweep = await openSweep(this.workspace, text, this.resources)
    this.workspace.output.log(`joined sweep ${name.split('-')[0]}: ${sweep.title}`)
    return sweep
  }
}

/** Whether this worker cannot take a sweep, now or later, though another may. */
export function isRefusal(error: unknown): error is AppError {
  return (
    error instanceof Error &&
    error.name === 'AppError' &&
    (error as AppError).code !== 'DATABASE_AWAY'
  )
}
