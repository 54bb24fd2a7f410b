import { rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeError } from '../output/error-text.js'
import { ENGINE_VERSION } from '../../core/version.js'
import { describeDiskError, makeFolder } from '../../data/files/disk-errors.js'
import type { DataSet } from '../../core/ports/market/candles.js'
import type { Database } from '../../data/store/database.js'
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
  ]
  const findings: Finding[] = []
  for (const [check, work] of checks) findings.push(await findingOf(check, work))
  return [
    ...findings,
    ...(await checkCandles(workspace)),
    await findingOf('runs', () => checkRuns(workspace)),
    await findingOf('other tables', () => checkTables(workspace)),
  ]
}

async function findingOf(check: string, work: () => Promise<string>): Promise<Finding> {
  try {
    return { check, ok: true, found: await work() }
  } catch (error) {
    const { text } = describeError(error)
    return { check, ok: false, found: text.replace(/^error: /, '').split('\n')[0]! }
  }
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

const KINDS: Readonly<Record<Database['kind'], string>> = {
  embedded: 'embedded',
  shared: 'embedded, shared by the process that holds it',
  postgres: 'server',
}

async function checkDatabase(workspace: Workspace): Promise<string> {
  const database = await workspace.database()
  const [row] = await database.query('select version() as version')
  const version = (row?.['version'] ?? '').split(' ').slice(0, 2).join(' ')
  const kind = KINDS[database.kind]
  return `${kind}, ${version}, ${await safety(database)}`
}

/** What the database does against power cuts and damaged pages, in its own words. */
async function safety(database: Database): Promise<string> {
  const [row] = await database.query(
    `select current_setting('fsync') as sync, current_setting('data_checksums') as sums`,
  )
  const sync = row?.['sync'] === 'on' ? 'survives a power cut' : 'may lose data in a power cut'
  return `${sync} (fsync ${row?.['sync']}), page checksums ${row?.['sums']}`
}

/** Reads every data set where it is kept: what the cache holds of it proves nothing of the database. */
async function checkCandles(workspace: Workspace): Promise<Finding[]> {
  let dataSets: readonly DataSet[] = []
  const summary = await findingOf('candles', async () => {
    dataSets = await (await workspace.candles.repository()).list()
    const candles = dataSets.reduce((sum, { count }) => sum + count, 0)
    return `${dataSets.length} data sets, ${candles} candles`
  })
  const findings = [summary]
  for (const set of dataSets) {
    findings.push(
      await findingOf(`${set.symbol} ${set.timeframe}`, () => checkDataSet(workspace, set)),
    )
  }
  return findings
}

async function checkDataSet({ candles }: Workspace, set: DataSet): Promise<string> {
  const repository = await candles.repository()
  const { length } = await repository.load(set)
  const repairs = await repository.repairs(set)
  const last = repairs.at(-1)
  const taken = last === undefined ? '' : `, taken as new data at ${last.repairedAt}`
  return `${length} candles read, hash ${set.dataHash.slice(0, 12)} verified${taken}`
}

async function checkRuns(workspace: Workspace): Promise<string> {
  const runs = await (await workspace.runs()).list(1_000_000)
  return `${runs.length} stored`
}

/** Reads every value of the tables that hold no candles, as text: whatever lies in damaged pages fails. */
async function checkTables(workspace: Workspace): Promise<string> {
  const database = await workspace.database()
  const tables = await database.query(
    `select table_name from information_schema.tables
     where table_schema = current_schema() and table_name <> 'candles' order by table_name`,
  )
  let rows = 0
  for (const { table_name: name } of tables) {
    const [read] = await database.query(
      `select count(*) as rows, sum(length(t::text)) as letters from "${name}" as t`,
    )
    rows += Number(read?.['rows'])
  }
  return `${rows} rows of ${tables.length} tables read`
}
