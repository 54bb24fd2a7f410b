import type { Options } from 'yargs'
import type { TableFileOptions } from '../../app/export/table-file.js'
import { oneOf } from '../../app/options/options.js'
import { listed } from '../../core/names.js'
import { AppError } from '../../core/errors.js'
import { type Flags, isSet, optionsOf, textFlag, valueFlag } from './flags.js'

/** The flags of every export; `what` lists the tables that it can write, the usual one first. */
export function exportFlags(what: readonly string[]): Readonly<Record<string, Options>> {
  return {
    what: valueFlag(`${listed(what, 'or')} [${what[0]}]`),
    format: valueFlag('csv, json or parquet [by the ending of the file, or csv]'),
    json: { type: 'boolean', describe: 'As --format json' },
    output: { ...valueFlag('A file [standard output]'), alias: 'out' },
    force: { type: 'boolean', alias: 'yes', describe: 'Overwrite the file' },
  }
}

/** The flags of an export as options. @throws AppError USAGE */
export function exportOptions<T extends TableFileOptions>(
  flags: Flags,
  declared: Readonly<Record<string, Options>>,
): T {
  const options = optionsOf<T>(flags, declared)
  const format = formatOf(flags)
  return format === undefined ? options : { ...options, format }
}

/** `--what` of an export that writes one table only. @throws AppError USAGE */
export function checkWhat(flags: Flags, what: readonly string[]): void {
  const named = textFlag(flags, 'what')
  if (named !== undefined) oneOf('--what', named, what)
}

/** `--json` is `--format json`. @throws AppError USAGE */
function formatOf(flags: Flags): string | undefined {
  const named = textFlag(flags, 'format')
  if (!isSet(flags, 'json')) return named
  if (named === undefined || named === 'json') return 'json'
  throw new AppError('USAGE', `--json and --format ${named} exclude each other`, {
    hint: 'give one of them',
  })
}
