import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../files/package-root.js'

/** Where a checkout keeps what it can make again: beside the packages, so imports resolve. */
export function cacheFolder(): string {
  const folder = join(PACKAGE_ROOT, 'node_modules/.cache/assay')
  mkdirSync(folder, { recursive: true })
  return folder
}
