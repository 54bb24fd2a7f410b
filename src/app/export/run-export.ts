import type { RunRecord } from '../../core/ports/research/runs.js'
import { findRun } from '../backtest/stored/stored-run.js'
import { brokenChain, storedEvents } from '../backtest/stored/stored-events.js'
import { oneOf, textOption, type Optional } from '../options/options.js'
import { differenceError, verify } from '../portfolio/verification.js'
import type { Workspace } from '../workspace/compose.js'
import {
  equityTable,
  eventsTable,
  fillsTable,
  metricsTable,
  RUN_TABLES,
  tradesTable,
  type RunTable,
} from './run-tables.js'
import {
  noteEmpty,
  readTarget,
  writeTable,
  type Table,
  type TableFileOptions,
  type Target,
} from './table-file.js'

/** What of a stored run is written, and how. */
export type RunExportOptions = TableFileOptions &
  Optional<{
    /** `trades`, `fills`, `equity`, `events` or `metrics`. */
    what: RunTable
  }>

/**
 * Writes a table of a stored run, of one symbol or of a portfolio, to a file, or gives it to `take`
 * in pieces.
 * @throws AppError UNKNOWN_RUN, FILE_EXISTS, DISK, USAGE; RUN_DIFFERS where the equity of a run is
 * not what was stored, CHECK_FAILED where its events were changed
 */
export async function exportRunTable(
  workspace: Workspace,
  reference: string,
  options: RunExportOptions,
  take: (text: string) => void,
): Promise<void> {
  const what = oneOf('--what', textOption(options, 'what') ?? 'trades', RUN_TABLES)
  const target = readTarget(options)
  const run = await findRun(workspace, reference)
  const write = await tableOf(workspace, run, what)
  const rows = await write(target, take)
  if (rows === 0) noteEmpty(workspace, `run ${run.runId} has no ${what}`, target)
}

/** Writes one table, and says how many rows it has. */
type Write = (target: Target, take: (text: string) => void) => Promise<number>

function writing<Row>(table: Table<Row>): Write {
  return (target, take) => writeTable(table, target, take)
}

async function tableOf(workspace: Workspace, run: RunRecord, what: RunTable): Promise<Write> {
  switch (what) {
    case 'trades':
      return writing(tradesTable(run))
    case 'fills':
      return writing(fillsTable(run))
    case 'metrics':
      return writing(metricsTable(run))
    case 'equity': {
      const verification = await verify(workspace, run)
      if (verification.repeated === null || !verification.isSame) {
        throw differenceError(run, verification)
      }
      return writing(equityTable(verification.repeated))
    }
    case 'events': {
      const { records, broken } = await storedEvents(workspace, run.runId)
      if (broken !== null) throw brokenChain(run, broken)
      return writing(eventsTable(records))
    }
  }
}
