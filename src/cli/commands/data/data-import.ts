import type { Argv, CommandModule } from 'yargs'
import { AppError } from '../../../core/errors.js'
import { formatTime } from '../../../core/candles/time.js'
import type { ImportReport } from '../../../data/import/import.js'
import { TIME_FORMATS, type ImportOptions } from '../../../data/import/tables/options.js'
import type { CommandContext } from '../../command.js'
import { keyFlags, withKeyFlags } from '../../data-flags.js'
import { JSON_FLAG, isSet, listFlag, textFlag, type Flags } from '../../flags.js'
import type { Output } from '../../../app/workspace/output.js'
import { printJson } from '../../output.js'

/** `assay data import FILE...` */
export function dataImportCommand({ output }: CommandContext): CommandModule {
  return {
    command: 'import <files..>',
    describe: 'Import candles from CSV or JSON files, plain or gzip',
    builder: parser => withFlags(withKeyFlags(parser.positional('files', { type: 'string' }))),
    handler: async flags => {
      const { withWorkspace } = await import('../../../app/workspace/compose.js')
      await withWorkspace(output, async ({ candles }) => {
        const { importFiles } = await import('../../../data/import/import.js')
        const progress = progressLog(output)
        const files = listFlag(flags, 'files')
        const report = await importFiles(files, optionsOf(flags), {
          library: candles,
          onProgress: progress.rows,
        })
        progress.end()
        if (isSet(flags, 'json')) printJson(output, jsonOf(report))
        else output.print(textOf(report))
      })
    },
  }
}

function withFlags(parser: Argv): Argv {
  const text = (describe: string): { type: 'string'; requiresArg: true; describe: string } => ({
    type: 'string',
    requiresArg: true,
    describe,
  })
  return parser
    .option('columns', text('Columns in order (time,open,high,low,close,volume), or role=name,...'))
    .option('time-zone', text('Zone of times that name none: UTC, +03:00, Europe/Berlin'))
    .option('time-format', text(`How to read what is unclear: ${TIME_FORMATS.join(', ')}`))
    .option('time-label', text('What the time names: open (default) or close of the candle'))
    .option('date', text('Day of a file that holds milliseconds since midnight'))
    .option('quote-volume', {
      type: 'boolean',
      describe: 'Volume is money: divide it by the close',
    })
    .option('price-scale', text('Multiply prices by a power of ten, for example 0.01'))
    .option('replace', { type: 'boolean', describe: 'Let the files win over stored candles' })
    .option('json', JSON_FLAG)
    .example('$0 data import sol.csv.gz --symbol SOL-USDC --timeframe 1h', 'import a file')
}

function optionsOf(flags: Flags): ImportOptions {
  return {
    key: keyFlags(flags),
    columns: textFlag(flags, 'columns'),
    timeZone: textFlag(flags, 'time-zone'),
    timeFormat: oneOf(flags, 'time-format', TIME_FORMATS),
    timeLabel: oneOf(flags, 'time-label', ['open', 'close'] as const),
    date: textFlag(flags, 'date'),
    quoteVolume: isSet(flags, 'quote-volume'),
    priceScale: textFlag(flags, 'price-scale'),
    replace: isSet(flags, 'replace'),
  }
}

function oneOf<T extends string>(flags: Flags, name: string, known: readonly T[]): T | undefined {
  const text = textFlag(flags, name)
  const found = known.find(value => value === text)
  if (text === undefined || found !== undefined) return found
  throw new AppError('USAGE', `--${name} "${text}" is not known`, {
    hint: `use ${known.join(', ')}`,
  })
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

function textOf(report: ImportReport): string {
  const { dataSet } = report
  const counts = (['imported', 'unchanged', 'replaced', 'duplicates'] as const)
    .filter(name => report[name] > 0 || name === 'imported')
    .map(name => `${report[name]} ${name}`)
  const files = report.files.flatMap(({ file, rows, notes, findings }) => [
    `${file}: ${rows} candles`,
    ...notes.map(note => `  ${note}`),
    ...findings.map(({ severity, count, message }) => `  ${severity}: ${count} ${message}`),
  ])
  return [
    ...files,
    `${report.symbol} ${report.timeframe}: ${counts.join(', ')}; now ${dataSet.count} candles from ${formatTime(dataSet.first)} to ${formatTime(dataSet.last)}`,
    `data hash ${dataSet.dataHash}`,
  ].join('\n')
}
