import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from '../scripts/build.js'

/**
 * The command line is tested as it is shipped: built. What tests write lies in a folder of the run: what
 * they share, and a folder for each file of them.
 */
export default async function setup(): Promise<() => void> {
  await build()
  const place = fastPlace()
  const folder = mkdtempSync(join(place, `${NAME}${process.pid}-`))
  // A PostgreSQL server, which is another user's, has its own folder in there.
  chmodSync(folder, 0o711)
  process.env['ASSAY_TEST_SHARED'] = folder
  return () => rmSync(folder, { recursive: true, force: true })
}

const NAME = 'assay-'
const MEMORY_DISK = '/dev/shm'
/** Several times what two files of tests leave there at once. */
const ROOM_BYTES = 6 * 2 ** 30

/** A disk in memory where there is plenty of it: databases wait for the disk again and again. */
function fastPlace(): string {
  if (!existsSync(MEMORY_DISK) || process.availableMemory() < 2 * ROOM_BYTES) return tmpdir()
  clearAfterKilled()
  const { bavail, bsize } = statfsSync(MEMORY_DISK)
  return bavail * bsize < ROOM_BYTES ? tmpdir() : MEMORY_DISK
}

/** Gives back the memory of runs that were killed. */
function clearAfterKilled(): void {
  for (const name of readdirSync(MEMORY_DISK)) {
    const pid = Number(new RegExp(`^${NAME}(\\d+)-`).exec(name)?.[1] ?? NaN)
    if (Number.isNaN(pid) || existsSync(`/proc/${pid}`)) continue
    rmSync(join(MEMORY_DISK, name), { recursive: true, force: true })
  }
}
