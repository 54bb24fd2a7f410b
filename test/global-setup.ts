import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from '../scripts/build.js'

/** The command line is tested as it is shipped: built. What tests share lies in a folder of the run. */
export default async function setup(): Promise<() => void> {
  await build()
  const folder = mkdtempSync(join(tmpdir(), 'assay-shared-'))
  process.env['ASSAY_TEST_SHARED'] = folder
  return () => rmSync(folder, { recursive: true, force: true })
}
