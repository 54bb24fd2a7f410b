import { importedKey } from '../../core/candles/symbols.js'
import { createHash } from 'node:crypto'
import { allocateCandles, type Candles } from '../../core/candles/candles.js'
import { AppError } from '../../core/errors.js'
import type { CandleWriter, DataSet } from '../../core/ports/market/candles.js'
import { formatTime, timeframeMs } from '../../core/candles/time.js'
import type { CandleLibrary } from '../candles/candle-library.js'
import { cleanText } from './cells/clean-text.js'
import { planColumns } from './columns/column-plan.js'
import { identityOf } from './columns/identity.js'
import { statusOf } from './columns/status.js'
import { csvTable } from './tables/csv-table.js'
import { CandleGatherer } from './gatherer.js'
import { describePlan, findingsOf, type ImportFinding } from './import-notes.js'
import { jsonTable, looksLikeJson } from './json/json-table.js'
import { type ImportOptions, READER_VERSION } from './tables/options.js'
import { withPlainNumbers } from './number-style.js'
import type { RowCounts } from './row-counts.js'
import { type ReadingPlan, RowReader } from './row-reader.js'
import { whereTable } from './tables/row-filter.js'
import { openSource, type Source } from './tables/source.js'
import type { Table } from './tables/table.js'
import { planTime } from './times/time-plan.js'
import { requireSteps, requireTimeframe } from './timeframe-check.js'

/** What one file gave. */
interface FileReport {
  readonly file: string
  readonly rows: number
  /** How the file was read, for the user to agree or not. */
  readonly notes: readonly string[]
  readonly findings: readonly ImportFinding[]
}

export interface ImportReport {
  readonly symbol: string
  readonly timeframe: string
  readonly imported: number
  readonly unchanged: number
  readonly replaced: number
  /** Rows that repeated another of the same import. */
  readonly duplicates: number
  readonly files: readonly FileReport[]
  /** The data set afterwards. */
  readonly dataSet: DataSet
}

export interface ImportDependencies {
  readonly library: CandleLibrary
  /** Called now and then with the rows read so far. */
  readonly onProgress?: (rows: number) => void
}

/**
 * Imports files into one data set: all of them, or nothing where one is refused.
 * @throws AppError IMPORT_UNREADABLE, IMPORT_FORMAT, IMPORT_AMBIGUOUS, IMPORT_ROW, IMPORT_CONFLICT
 */
export async function importFiles(
  files: readonly string[],
  options: ImportOptions,
  { library, onProgress }: ImportDependencies,
): Promise<ImportReport> {
  const sources: Source[] = []
  for (const file of files) sources.push(await openSource(file, options.zipFile))
  const known = await knownImport(sources, options, library)
  if (known !== undefined) return known
  const { symbol, timeframe } = options.key
  const key = importedKey(options.key)
  let report: Omit<ImportReport, 'dataSet'> | undefined
  const dataSet = await library.write(key, async writer => {
    const stored = await storedCandles(writer, options)
    const gatherer = new CandleGatherer(key, stored, writer, options.replace === true)
    const reports: FileReport[] = []
    for (const source of sources) {
      const before = gatherer.counts.imported + gatherer.counts.unchanged
      const read = readFile(source, options, gatherer, rows => onProgress?.(before + rows))
      reports.push(await read.catch(withoutControls))
    }
    const candles = await gatherer.finish()
    if (gatherer.counts.imported > 0) requireSteps(options.key, candles)
    reports.forEach((summary, i) =>
      writer.noteImport({ key: importKey(sources[i]!, options), summary }),
    )
    report = { symbol, timeframe, ...gatherer.counts, files: reports }
    return candles
  })
  return { ...report!, dataSet: dataSet! }
}

/** Messages quote cells, which may hold orders to a terminal. */
function withoutControls(error: unknown): never {
  if (!(error instanceof AppError)) throw error
  const { code, message, hint, data } = error
  throw new AppError(code, cleanText(message), { hint: cleanText(hint), data, cause: error })
}

function storedCandles(writer: CandleWriter, options: ImportOptions): Promise<Candles> | Candles {
  const stepMs = timeframeMs(options.key.timeframe)
  return writer.before === undefined ? allocateCandles(stepMs, 0) : writer.stored()
}

async function readFile(
  source: Source,
  options: ImportOptions,
  gatherer: CandleGatherer,
  onRows: (rows: number) => void,
): Promise<FileReport> {
  const { table, leftOut } = await whereTable(await openTable(source, options), options)
  const plan = await planReading(table, options)
  const reader = new RowReader(plan, options, gatherer)
  gatherer.startFile(`"${table.file}" ${table.unit}`)
  await plan.table.read(
    (cells, line) => reader.read(cells, line),
    () => {
      onRows(reader.counts.rows)
      return gatherer.pause()
    },
  )
  requireClearTimes(plan)
  requireCandles(table, reader.counts)
  requireRanges(plan, reader.counts, options)
  requireTimeframe(table, options.key.timeframe, reader.counts.steps)
  return {
    file: source.file,
    rows: reader.counts.rows,
    notes: describePlan(plan),
    findings: findingsOf(plan, reader.counts, {
      isScaled: options.priceScale !== undefined,
      leftOut: leftOut(),
    }),
  }
}

function openTable(source: Source, options: ImportOptions): Promise<Table> | Table {
  if (looksLikeJson(source)) return jsonTable(source, options)
  if (options.at === undefined) return csvTable(source, options)
  throw new AppError('USAGE', `--at "${options.at}" is for JSON, but "${source.file}" is none`, {
    hint: 'leave it out',
  })
}

async function planReading(given: Table, options: ImportOptions): Promise<ReadingPlan> {
  const table = withPlainNumbers(given, options)
  const columns = planColumns(table, options)
  const identity = identityOf(table, columns, options)
  const status = statusOf(table, columns)
  return { table, columns, identity, status, times: await planTime(table, columns, options) }
}

function requireClearTimes({ table, times }: ReadingPlan): void {
  const unclear = times.unclear?.()
  if (unclear === undefined) return
  const local = formatTime(unclear).slice(0, 16).replace('T', ' ')
  throw new AppError(
    'IMPORT_AMBIGUOUS',
    `"${table.file}": clocks were set back at ${local}, which may be either of two times`,
    {
      hint: 'only both hours in order tell them apart, or times in UTC; remove the rows of that hour',
      data: { file: table.file, time: local },
    },
  )
}

/** From so many rows on a file shows whether its names are right. */
const ROWS_MIN = 10

/** Where most candles leave their range, the names of the columns are wrong. */
function requireRanges(
  { table }: ReadingPlan,
  { rows, outside }: RowCounts,
  options: ImportOptions,
): void {
  if (options.columns !== undefined || rows < ROWS_MIN || outside.count <= rows / 2) return
  throw new AppError(
    'IMPORT_AMBIGUOUS',
    `"${table.file}": ${outside.count} of ${rows} candles have open or close outside of low to high, so that its columns are not what they are called`,
    {
      hint: 'name them with --columns, for example --columns time,open,high,low,close,volume; with it such candles are kept',
      data: { file: table.file, rows, outside: outside.count },
    },
  )
}

function requireCandles(table: Table, { rows, unfinished }: RowCounts): void {
  if (rows > 0) return
  const what =
    unfinished.count > 0 ? 'has no finished candle, by its own word' : 'has no row with prices'
  throw new AppError('IMPORT_FORMAT', `"${table.file}" ${what}`, {
    hint: 'see whether --columns names the right ones',
    data: { file: table.file },
  })
}

/** What decides which candles are read: the bytes of the file and what the user said of it. */
function importKey(source: Source, options: ImportOptions): string {
  const { key, ...said } = options
  const name = options.date === undefined ? '' : source.file
  const text = JSON.stringify([READER_VERSION, source.sha256, key, said, name])
  return createHash('sha256').update(text).digest('hex')
}

/**
 * A file that left the data set exactly as it is now has nothing new; reading it again would show
 * the same. Undefined where one of the files has not been imported or candles changed since.
 */
async function knownImport(
  sources: readonly Source[],
  options: ImportOptions,
  library: CandleLibrary,
): Promise<ImportReport | undefined> {
  const repository = await library.repository()
  const reports: FileReport[] = []
  const key = importedKey(options.key)
  for (const source of sources) {
    const summary = await repository.findImport(key, importKey(source, options))
    if (summary === undefined) return undefined
    reports.push({ ...(summary as FileReport), file: source.file })
  }
  const dataSet = await repository.find(key)
  if (dataSet === undefined) return undefined
  const { symbol, timeframe } = options.key
  const unchanged = reports.reduce((sum, { rows }) => sum + rows, 0)
  return {
    symbol,
    timeframe,
    imported: 0,
    unchanged,
    replaced: 0,
    duplicates: 0,
    files: reports,
    dataSet,
  }
}
