import type { TableColumn } from '../../backtest/tables/table-export.js'
import { parseIso } from '../../core/candles/time.js'
import { AppError } from '../../core/errors.js'
import type { Database, Session } from '../../data/postgres/session.js'
import type { Workspace } from '../workspace/compose.js'
import { noteEmpty, readTarget, writeTable, type TableFileOptions } from './table-file.js'

type Row = Readonly<Record<string, unknown>>

/**
 * Asks the database an SQL query, which may change nothing, and writes the answer to a file or gives
 * it to `take` in pieces. Runs that wait beside the embedded database are in it.
 * @throws AppError USAGE for what the database does not understand or refuses
 */
export async function querySql(
  workspace: Workspace,
  sql: string,
  options: TableFileOptions,
  take: (text: string) => void,
): Promise<void> {
  const target = readTarget(options)
  const rows = await rowsOf(workspace, sql)
  await writeTable({ columns: columnsOf(rows), pages: [rows] }, target, take)
  if (rows.length === 0) noteEmpty(workspace, 'no rows were found', target)
}

async function rowsOf(workspace: Workspace, sql: string): Promise<readonly Row[]> {
  // Delivers what waits beside the embedded database.
  await workspace.runs()
  const database = await workspace.database()
  const inner = sql.trim().replace(/;\s*$/, '')
  if (/\bqueue_key\b/i.test(inner)) throw keyAsked()
  return rolledBack(database, async session => {
    // Whatever way leads to it, the key that signs sweeps is not there.
    await session.query('delete from queue_key')
    await session.query('set transaction read only')
    await session.query(`set local time zone 'UTC'`)
    const found = await session
      .query(`select row_to_json(answer) as row from (${inner}\n) as answer`)
      .catch((error: unknown) => {
        throw refused(error)
      })
    return found.map(({ row }) => JSON.parse(row!) as Row)
  })
}

function keyAsked(): AppError {
  return new AppError(
    'USAGE',
    'the table queue_key is not shown: its key signs what sweeps put on the queue',
    {
      hint: 'docs/sql.md has the tables that can be asked',
    },
  )
}

/** Does the work in a transaction of which nothing stays. */
async function rolledBack<T>(
  database: Database,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  let result: { readonly value: T } | undefined
  const undone = new Error('nothing stays')
  try {
    await database.transaction(async session => {
      result = { value: await work(session) }
      throw undone
    })
  } catch (error) {
    if (error !== undone) throw error
  }
  return result!.value
}

function refused(error: unknown): AppError {
  if (error instanceof AppError) return error
  return new AppError('USAGE', `the database says: ${(error as Error).message}`, {
    hint: 'write one select; docs/sql.md has tables, columns and examples',
    cause: error,
  })
}

/** Columns by the names of the first row, and the types of the values that they have. */
function columnsOf(rows: readonly Row[]): TableColumn<Row>[] {
  return Object.keys(rows[0] ?? {}).map(name => {
    const values = rows.map(row => row[name]).filter(value => value !== null)
    const isAll = (test: (value: unknown) => boolean): boolean =>
      values.length > 0 && values.every(test)
    if (isAll(isTime)) return { name, type: 'time', valueOf: row => timeOf(row[name]) }
    if (isAll(value => typeof value === 'number')) {
      return { name, type: 'number', valueOf: row => row[name] as number | null }
    }
    if (isAll(value => typeof value === 'boolean')) {
      return { name, type: 'boolean', valueOf: row => row[name] as boolean | null }
    }
    if (isAll(value => typeof value === 'object')) {
      return { name, type: 'json', valueOf: row => row[name] && JSON.stringify(row[name]) }
    }
    return { name, type: 'text', valueOf: row => textOf(row[name]) }
  }) as TableColumn<Row>[]
}

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?\+00:00$/

function isTime(value: unknown): boolean {
  return typeof value === 'string' && TIME.test(value)
}

function timeOf(value: unknown): number | null {
  if (value === null) return null
  const [, seconds, fraction = ''] = TIME.exec(value as string)!
  return parseIso(`${seconds}Z`) + Math.round(Number(`0${fraction}`) * 1000)
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}
