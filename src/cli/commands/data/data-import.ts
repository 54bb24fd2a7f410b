import { TERMINAL_WIDTH, wrap } from '../../../core/text-layout.js'
import { nextLine } from '../../../app/output/next-line.js'
import type { CommandModule } from 'yargs'
import { formatTime } from '../../../core/candles/time.js'
import type { ImportReport } from '../../../app/data/import-candles.js'
import { IMPORT_TIME_FORMATS, type ImportOptions } from '../../../app/data/import-options.js'
import type { CommandContext } from '../../command.js'
import { keyFlags, withKeyFlags } from '../../flags/data-flags.js'
import { isSet, JSON_FLAG, optionsOf, valueFlag } from '../../flags/flags.js'
import type { Output } from '../../../app/output/output.js'
import { printJson } from '../../terminal/output.js'

const FLAGS = {
  columns: valueFlag('Columns in order (time,open,high,low,close,volume), or role=name,...'),
  'time-zone': valueFlag('Zone of times that name none: UTC, +03:00, Europe/Berlin'),
  'time-format': valueFlag(`How to read what is unclear: ${IMPORT_TIME_FORMATS.join(', ')}`),
  'time-label': valueFlag('What the time names: open (default) or close of the candle'),
  date: valueFlag('Day of a file that holds milliseconds since midnight'),
  'quote-volume': { type: 'boolean', describe: 'Volume is money: divide it by the close' },
  'price-scale': valueFlag('Multiply prices by a power of ten, for example 0.01'),
  decimal: valueFlag('The mark before decimals: , or .'),
  thousands: valueFlag('The mark between thousands: , or .'),
  where: {
    type: 'string',
    array: true,
    nargs: 1,
    requiresArg: true,
    describe: 'Only rows that have a value, for example symbol=SOLUSDT',
  },
  'zip-file': valueFlag('The file to read of a ZIP archive that has several'),
  at: valueFlag('The list to read in JSON that has several: data.candles'),
  replace: { type: 'boolean', describe: 'Let the files win over stored candles' },
} as const

/** `assay data import FILE...` */
export function dataImportCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'import <files..>',
    describe: 'Import candles from CSV or JSON files, plain, gzip or ZIP',
    builder: parser =>
      withKeyFlags(parser.positional('files', { type: 'string' }))
        .options(FLAGS)
        .option('json', JSON_FLAG)
        .example('$0 data import sol.csv.gz --symbol SOL-USDC --timeframe 1h', 'import a file'),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async workspace => {
        const { importCandles } = await import('../../../app/data/import-candles.js')
        const progress = progressLog(output)
        const options = optionsOf<ImportOptions>(flags, { files: { array: true }, ...FLAGS })
        const asked = { ...options, ...keyFlags(flags) }
        const report = await importCandles(workspace, asked, progress.rows)
        progress.end()
        if (isSet(flags, 'json')) printJson(output, jsonOf(report))
        else output.print(textOf(report))
      })
    },
  }
}

const PROGRESS_AFTER_MS = 1000
const PROGRESS_EVERY_MS = 1000

/** Rows read and rows per second, for imports that take more than a second. */
function progressLog(output: Output): { rows: (rows: number) => void; end: () => void } {
  const start = performance.now()
  let [next, total] = [PROGRESS_AFTER_MS, 0]
  const say = (what: string): void => {
    const seconds = (performance.now() - start) / 1000
    const rate = Math.round(total / seconds).toLocaleString('en-US')
    output.log(
      `${what} ${total.toLocaleString('en-US')} rows in ${seconds.toFixed(0)} s (${rate}/s)`,
    )
  }
  return {
    rows: rows => {
      total = rows
      if (performance.now() - start < next) return
      next = performance.now() - start + PROGRESS_EVERY_MS
      say('read')
    },
    end: () => {
      if (next > PROGRESS_AFTER_MS) say('stored')
    },
  }
}

function jsonOf(report: ImportReport): Record<string, unknown> {
  const { dataSet, ...rest } = report
  return {
    ...rest,
    candles: dataSet.count,
    first: formatTime(dataSet.first),
    last: formatTime(dataSet.last),
    data_hash: dataSet.dataHash,
    findings: report.files.flatMap(({ file, findings }) => findings.map(f => ({ file, ...f }))),
  }
}

/** Lines under the file that they are about. */
function indented(text: string): string[] {
  return wrap(text, TERMINAL_WIDTH - 2, '  ').map(line => `  ${line}`)
}

function textOf(report: ImportReport): string {
  const { dataSet } = report
  const counts = (['imported', 'unchanged', 'replaced', 'duplicates'] as const)
    .filter(name => report[name] > 0 || name === 'imported')
    .map(name => `${report[name]} ${name}`)
  const files = report.files.flatMap(({ file, rows, notes, findings }) => [
    `${file}: ${rows} candles`,
    ...notes.flatMap(indented),
    ...findings.flatMap(({ severity, count, message }) =>
      indented(`${severity}: ${count} ${message}`),
    ),
  ])
  return [
    ...files,
    `${report.symbol} ${report.timeframe}: ${counts.join(', ')}`,
    `now ${dataSet.count} candles from ${formatTime(dataSet.first)} to ${formatTime(dataSet.last)}`,
    `data hash ${dataSet.dataHash}`,
    nextLine(
      `assay data check --symbol ${report.symbol} --timeframe ${report.timeframe}`,
      'gaps and odd prices',
    ),
  ].join('\n')
}
