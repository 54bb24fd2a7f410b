import { rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeError } from './error-text.js'
import { ENGINE_VERSION } from '../../core/version.js'
import { describeDiskError, makeFolder } from '../../data/files/disk-errors.js'
import type { Workspace } from './compose.js'

export interface Finding {
  readonly check: string
  readonly ok: boolean
  readonly found: string
}

const SPACE_NEEDED_MB = 200

/** Every check, each on its own: one that fails does not hide the next. */
export async function examine(workspace: Workspace): Promise<Finding[]> {
  const checks: readonly (readonly [string, () => Promise<string>])[] = [
    ['assay', () => Promise.resolve(ENGINE_VERSION)],
    ['node', () => Promise.resolve(process.versions.node)],
    ['home folder', () => checkHome(workspace.home.folder)],
    ['free space', () => checkSpace(workspace.home.folder)],
    ['database', () => checkDatabase(workspace)],
    ['candles', () => checkCandles(workspace)],
    ['runs', () => checkRuns(workspace)],
  ]
  const findings: Finding[] = []
  for (const [check, work] of checks) {
    findings.push(
      await work().then(
        found => ({ check, ok: true, found }),
        (error: unknown) => ({
          check,
          ok: false,
          found: describeError(error)
            .text.replace(/^error: /, '')
            .split('\n')[0]!,
        }),
      ),
    )
  }
  return findings
}

async function checkHome(folder: string): Promise<string> {
  makeFolder(folder)
  const probe = join(folder, `.probe-${process.pid}`)
  try {
    await writeFile(probe, 'ok')
  } catch (error) {
    throw describeDiskError(error, folder) ?? error
  } finally {
    await rm(probe, { force: true })
  }
  return `${folder} is writable`
}

async function checkSpace(folder: string): Promise<string> {
  const { bavail, bsize } = await statfs(folder)
  const freeMb = Math.floor((bavail * bsize) / 1e6)
  if (freeMb < SPACE_NEEDED_MB)
    throw new Error(`${freeMb} MB free, ${SPACE_NEEDED_MB} MB are needed`)
  return `${freeMb} MB free`
}

async function checkDatabase(workspace: Workspace): Promise<string> {
  const database = await workspace.database()
  const [row] = await database.query('select version() as version')
  const version = (row?.['version'] ?? '').split(' ').slice(0, 2).join(' ')
  return `${database.kind === 'embedded' ? 'embedded' : 'server'}, ${version}`
}

/** Reads every data set: the cache verifies each column as it is read, or is rebuilt. */
async function checkCandles(workspace: Workspace): Promise<string> {
  const dataSets = await workspace.candles.list()
  let candles = 0
  for (const { symbol, timeframe } of dataSets) {
    candles += (await workspace.candles.load(symbol, timeframe)).candles.length
  }
  return `${dataSets.length} data sets, ${candles} candles, hashes verified`
}

async function checkRuns(workspace: Workspace): Promise<string> {
  const runs = await (await workspace.runs()).list(1_000_000)
  return `${runs.length} stored`
}
