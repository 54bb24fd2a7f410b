import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from '../scripts/build.js'

/**
 * The command line is tested as it is shipped: built. What tests write lies in a folder of the run: what
 * they share, and a folder for each file of them.
 */
export default async function setup(): Promise<() => void> {
  await build()
  const folder = mkdtempSync(join(fastPlace(), 'assay-'))
  // A PostgreSQL server, which is another user's, has its own folder in there.
  chmodSync(folder, 0o711)
  process.env['ASSAY_TEST_SHARED'] = folder
  return () => rmSync(folder, { recursive: true, force: true })
}

const MEMORY_DISK = '/dev/shm'
/** Several times what two files of tests leave there at once. */
const ROOM_BYTES = 6 * 2 ** 30

/** A disk in memory where there is plenty of it: databases wait for the disk again and again. */
function fastPlace(): string {
  if (!existsSync(MEMORY_DISK) || process.availableMemory() < 2 * ROOM_BYTES) return tmpdir()
  const { bavail, bsize } = statfsSync(MEMORY_DISK)
  return bavail * bsize < ROOM_BYTES ? tmpdir() : MEMORY_DISK
}
