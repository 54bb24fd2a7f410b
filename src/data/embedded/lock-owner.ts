import { randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync, statfsSync, statSync } from 'node:fs'
import { hostname, uptime } from 'node:os'
import { dirname } from 'node:path'
import { answers, socketOf } from './lock-socket.js'

/** Who holds a lock, as its file says. A part that the system does not tell is `-`. */
export interface LockOwner {
  readonly pid: number
  /** Ticks after boot at which the process started: its number may be in use again. */
  readonly start: string
  /** Drawn for each lock; without one, the file is of a program that only wrote a process. */
  readonly token: string
  /** Of the kernel that is running: containers of one machine share it, and a restart ends it. */
  readonly boot: string
  /** Within which the number of the process means something. */
  readonly namespace: string
  readonly host: string
}

/** What can be said of an owner at once: unknown where only its sign of life can tell. */
export type OwnerState = 'alive' | 'dead' | 'unknown'

/** This process as an owner. */
export function newOwner(): LockOwner {
  return {
    pid: process.pid,
    start: startOf(process.pid),
    token: randomBytes(8).toString('hex'),
    boot: word(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    namespace: word(() => readlinkSync('/proc/self/ns/pid')),
    host: word(hostname),
  }
}

export function ownerText({ pid, start, token, boot, namespace, host }: LockOwner): string {
  return [pid, start, token, boot, namespace, host].join(' ')
}

/** Undefined for what no program of ours has written. */
export function parseOwner(text: string): LockOwner | undefined {
  const [pidText, start = '-', token = '-', boot = '-', namespace = '-', host = '-'] = text
    .trim()
    .split(' ')
  const pid = Number(pidText)
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  return { pid, start, token, boot, namespace, host }
}

/** @param file the lock; the socket of its owner lies beside it */
export async function ownerState(file: string, owner: LockOwner): Promise<OwnerState> {
  const own = newOwner()
  if (owner.token === '-') return processState(owner)
  if (owner.host === own.host && isLeftFromBefore(file, owner, own)) return 'dead'
  if (owner.boot !== own.boot || owner.host !== own.host) {
    return owner.boot === own.boot && (await answers(socketOf(file, owner.token)))
      ? 'alive'
      : 'unknown'
  }
  if (owner.namespace === own.namespace) return processState(owner)
  return (await answers(socketOf(file, owner.token))) ? 'alive' : 'unknown'
}

/** Whether the process of an owner lives: unknown where its number means something else here. */
export function processOf(owner: LockOwner): OwnerState {
  const own = newOwner()
  const isHere = owner.boot === own.boot && owner.namespace === own.namespace
  return isHere && owner.boot !== '-' ? processState(owner) : 'unknown'
}

/** Where another kernel cannot write while this one does, and times are those of this kernel's clock. */
const OWN_DISKS: ReadonlySet<number> = new Set([
  0xef53, // ext2 to ext4
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0x2fc12fc1, // ZFS
  0xf2f52010, // F2FS
  0x794c7630, // overlay
  0x01021994, // tmpfs
])

/**
 * Whether an owner of another kernel was last alive before this one started, on a disk of this
 * machine: it went with a power cut or a restart. An owner that lives touches its lock every two seconds.
 */
function isLeftFromBefore(file: string, owner: LockOwner, own: LockOwner): boolean {
  if (owner.boot === '-' || own.boot === '-' || owner.boot === own.boot) return false
  try {
    if (!OWN_DISKS.has(statfsSync(dirname(file)).type)) return false
    return statSync(file).mtimeMs < Date.now() - uptime() * 1000 - CLOCK_MS
  } catch {
    return false
  }
}

/** What clocks may be set by while a machine starts. */
const CLOCK_MS = 5000

/** Of an owner whose process number means here what it means there. */
function processState({ pid, start }: LockOwner): OwnerState {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return 'dead'
  }
  return startOf(pid) === start ? 'alive' : 'dead'
}

function startOf(pid: number): string {
  return word(() => {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]!
  })
}

function word(read: () => string): string {
  try {
    return read().replaceAll(/\s/g, '') || '-'
  } catch {
    return '-'
  }
}
