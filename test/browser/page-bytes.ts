import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const BUILT = join(import.meta.dirname, '../../dist/dashboard')

/** What all files of the dashboard take together, as they are sent: with gzip. */
export function pageBytes(): number {
  return readdirSync(BUILT)
    .map(name => gzipSync(readFileSync(join(BUILT, name))).length)
    .reduce((sum, bytes) => sum + bytes, 0)
}
