import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Where a checkout keeps what it can make again: beside the packages, so imports resolve. */
export function cacheFolder(): string {
  const folder = fileURLToPath(new URL('../../node_modules/.cache/assay/', import.meta.url))
  mkdirSync(folder, { recursive: true })
  return folder
}
