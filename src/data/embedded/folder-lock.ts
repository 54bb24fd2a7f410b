import { createHash } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../core/errors.js'
import { draftOf, removeQuietly } from '../files/draft.js'
import { beat } from './lock-heart.js'
import { newOwner, ownerState, ownerText, parseOwner, type OwnerState } from './lock-owner.js'
import { listen, socketOf } from './lock-socket.js'

/** A lock that this process holds. */
export interface FolderLock {
  /** Gives it back. */
  (): void
  /** Whether no other process has taken it over. */
  isMine(): boolean
}

export interface LockOptions<T = never> {
  /** Told once, who is waited for. */
  readonly onWait?: ((message: string) => void) | undefined
  readonly waitMs?: number
  /** How often an owner shows that it lives. */
  readonly beatMs?: number
  /** What does as well as the lock while another has it, if anything does. */
  readonly instead?: (() => Promise<T | undefined>) | undefined
}

const POLL_MS = 50
/** Beats that an owner on this machine may miss, and one on a machine that may be another. */
const MISSED_MAX = 3
const MISSED_ELSEWHERE_MAX = 10

/**
 * Takes a lock that one process at a time can hold, of whatever container or machine, as a file that
 * names the holder. One left behind by a process that is gone is taken over: at once where the system
 * can tell, otherwise when the file has shown no sign of life for a while (docs/adr/0012-home-lock.md).
 * @returns the function that gives it back, or what does as well
 * @throws AppError DATABASE_BUSY after waiting for ten seconds
 */
export async function lockFolder<T = never>(
  file: string,
  { onWait = () => undefined, waitMs = 10_000, beatMs = 2_000, instead }: LockOptions<T> = {},
): Promise<FolderLock | T> {
  const owner = newOwner()
  const mine = ownerText(owner)
  const socket = socketOf(file, owner.token)
  const unlisten = await listen(socket)
  const deadline = performance.now() + waitMs
  const watch = new Watch(beatMs)
  try {
    for (let waited = false; ;) {
      if (tryLock(file, mine)) return held(file, mine, { beatMs, unlisten })
      const holder = contentOf(file)
      if (holder === undefined) continue
      const state = await watch.stateOf(file, holder)
      if (state === 'dead') {
        await takeAway({ file, stale: holder, mine, watch })
        continue
      }
      const other = await instead?.()
      if (other !== undefined) {
        unlisten?.()
        return other
      }
      if (performance.now() > deadline && state === 'alive') throw busy(file, holder)
      if (!waited) onWait(`waiting for ${nameOf(holder)}, which is using the embedded database`)
      waited = true
      await sleep(POLL_MS)
    }
  } catch (error) {
    unlisten?.()
    throw error
  }
}

/** Whether a process holds a lock, as far as can be told without waiting. */
export async function isLocked(file: string): Promise<boolean> {
  const holder = contentOf(file)
  const owner = holder === undefined ? undefined : parseOwner(holder)
  if (owner === undefined) return false
  const state = await ownerState(file, owner)
  return state === 'alive' || (state === 'unknown' && Date.now() - touchedAt(file) < 20_000)
}

/** Follows the signs of life in the times of locks, by this process's clock alone. */
class Watch {
  private readonly beatMs: number
  private readonly seen = new Map<string, { touched: number; since: number }>()

  constructor(beatMs: number) {
    this.beatMs = beatMs
  }

  async stateOf(file: string, holder: string): Promise<OwnerState> {
    const owner = parseOwner(holder)
    if (owner === undefined) return 'dead'
    const state = await ownerState(file, owner)
    if (state !== 'unknown') return state
    const touched = touchedAt(file)
    const now = performance.now()
    const last = this.seen.get(holder)
    if (last === undefined || touched !== last.touched) {
      this.seen.set(holder, { touched, since: now })
      return last === undefined ? 'unknown' : 'alive'
    }
    const missed = owner.boot === newOwner().boot ? MISSED_MAX : MISSED_ELSEWHERE_MAX
    return now - last.since > missed * this.beatMs ? 'dead' : 'unknown'
  }
}

/** When the owner last showed that it lives. Opened, for file systems of a network remember the time. */
function touchedAt(file: string): number {
  try {
    const descriptor = openSync(file, 'r')
    try {
      return fstatSync(descriptor).mtimeMs
    } finally {
      closeSync(descriptor)
    }
  } catch {
    return -1
  }
}

/** The lock appears with its content in one step, so nobody reads it half-written. */
function tryLock(file: string, content: string): boolean {
  const draft = draftOf(file)
  try {
    writeFileSync(draft, content)
    linkSync(draft, file)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  } finally {
    removeQuietly(draft)
  }
}

function held(
  file: string,
  mine: string,
  { beatMs, unlisten }: { beatMs: number; unlisten: (() => void) | undefined },
): FolderLock {
  const stop = beat(file, mine, beatMs)
  const release = (): void => {
    process.off('exit', release)
    stop()
    if (contentOf(file) === mine) rmSync(file, { force: true })
    unlisten?.()
  }
  process.on('exit', release)
  return Object.assign(release, { isMine: () => (contentOf(file) ?? mine) === mine })
}

function contentOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/**
 * Removes a lock whose owner is gone. Of several that find it so, only one may: whoever claims it by
 * a lock on its content. A claim whose owner is gone is claimed in its turn.
 */
async function takeAway({
  file,
  stale,
  mine,
  watch,
}: {
  file: string
  stale: string
  mine: string
  watch: Watch
}): Promise<void> {
  const claims: string[] = []
  for (let gone = stale; ;) {
    const claim = `${file}.${createHash('sha256').update(gone).digest('hex').slice(0, 16)}.claim`
    claims.push(claim)
    if (tryLock(claim, mine)) break
    const claimant = contentOf(claim)
    if (claimant === undefined || (await watch.stateOf(claim, claimant)) !== 'dead')
      return sleep(POLL_MS)
    gone = claimant
  }
  if (contentOf(file) === stale) {
    rmSync(file, { force: true })
    const token = parseOwner(stale)?.token ?? '-'
    if (token !== '-') removeQuietly(socketOf(file, token))
  }
  for (const claim of claims) removeQuietly(claim)
}

function nameOf(holder: string): string {
  const { pid, host, namespace } = parseOwner(holder)!
  const own = newOwner()
  if (host !== '-' && host !== own.host) return `process ${pid} on "${host}"`
  const isElsewhere = namespace !== '-' && namespace !== own.namespace
  return isElsewhere ? `process ${pid} in another container` : `process ${pid}`
}

function busy(file: string, holder: string): AppError {
  const { pid, host } = parseOwner(holder)!
  return new AppError(
    'DATABASE_BUSY',
    `the embedded database is in use by ${nameOf(holder)} (lock "${file}")`,
    {
      hint: 'wait for it to end; to work from several programs at once set DATABASE_URL to a PostgreSQL server',
      data: { pid, host },
    },
  )
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
