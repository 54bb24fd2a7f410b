import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../../core/errors.js'

const WAIT_MS = 10_000
const POLL_MS = 50

/**
 * Takes a lock that one process at a time can hold, as a file with the holder's process id.
 * A lock left behind by a process that is gone is taken over.
 * @returns the function that gives it back
 * @throws AppError DATABASE_BUSY after waiting for ten seconds
 */
export async function lockFolder(
  file: string,
  onWait: (message: string) => void = () => undefined,
  waitMs = WAIT_MS,
): Promise<() => void> {
  const mine = `${process.pid} ${startOf(process.pid)}`
  const deadline = performance.now() + waitMs
  for (let waited = false; ; waited = true) {
    if (tryLock(file, mine)) return releaseOf(file, mine)
    const holder = readHolder(file)
    if (holder === undefined) continue
    if (!isAlive(holder)) {
      takeAway(file, holder)
      continue
    }
    const pid = holder.split(' ')[0]!
    if (performance.now() > deadline) throw busy(file, pid)
    if (!waited) onWait(`waiting for process ${pid}, which is using the embedded database`)
    await sleep(POLL_MS)
  }
}

/** The lock appears with its content in one step, so nobody reads it half-written. */
function tryLock(file: string, content: string): boolean {
  const draft = `${file}.${process.pid}`
  try {
    writeFileSync(draft, content)
    linkSync(draft, file)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

function releaseOf(file: string, mine: string): () => void {
  const release = (): void => {
    process.off('exit', release)
    if (readHolder(file) === mine) rmSync(file, { force: true })
  }
  process.on('exit', release)
  return release
}

function readHolder(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** A process id may be in use again by another program; its start time tells them apart. */
function isAlive(holder: string): boolean {
  const [pidText, start] = holder.split(' ')
  const pid = Number(pidText)
  if (!Number.isInteger(pid) || pid <= 0) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (!isCode(error, 'EPERM')) return false
  }
  return startOf(pid) === start
}

/** Ticks after boot at which a process started; empty where the system does not tell. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''
  } catch {
    return ''
  }
}

/** Moves a stale lock aside; where another process was faster, its fresh lock is put back. */
function takeAway(file: string, stale: string): void {
  const aside = `${file}.stale.${process.pid}`
  try {
    renameSync(file, aside)
    if (readFileSync(aside, 'utf8') !== stale) linkSync(aside, file)
  } catch (error) {
    if (!isCode(error, 'ENOENT') && !isCode(error, 'EEXIST')) throw error
  } finally {
    rmSync(aside, { force: true })
  }
}

function busy(file: string, pid: string): AppError {
  return new AppError(
    'DATABASE_BUSY',
    `the embedded database is in use by process ${pid} (lock "${file}")`,
    {
      hint: 'wait for it to end; to work from several programs at once set DATABASE_URL to a PostgreSQL server',
      data: { pid: Number(pid) },
    },
  )
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
