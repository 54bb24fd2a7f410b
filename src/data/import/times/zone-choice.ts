import { DAY_MS, timeframeMs } from '../../../core/candles/time.js'
import type { LocalTime } from '../cells/clock-times.js'
import { zoneLabelOf } from '../cells/time-names.js'
import { abbreviatedOffset, isOutOfSeason, isUnclearZone } from '../cells/zone-names.js'
import type { ImportOptions } from '../tables/options.js'
import type { Row, Table } from '../tables/table.js'
import { localTime, timeError, type LocalSource } from './times.js'
import { fixedZone, parseZone, UTC, type Zone } from './zones.js'

/** The zone of local times, and how it is known. */
export interface ZoneChoice {
  readonly zone: Zone
  readonly note: string
}

const ASK =
  'say which they are in: --time-zone UTC, --time-zone +03:00 or --time-zone Europe/Berlin'

/**
 * The zone of times that name none: said by the user, by the label of their column, or proved by
 * the epochs beside them. What stands above the header proves nothing.
 * @throws AppError IMPORT_AMBIGUOUS, IMPORT_FORMAT
 */
export function zoneOf(
  table: Table,
  source: LocalSource,
  proved: number | undefined,
  options: ImportOptions,
): ZoneChoice {
  const isDaily = timeframeMs(options.key.timeframe) % DAY_MS === 0
  if (source.kind === 'date' && !isDaily) throw withoutClock(table, options)
  if (options.timeZone !== undefined) {
    const zone = parseZone(options.timeZone)
    return { zone, note: `times without a zone are taken as ${zone.name}, as given` }
  }
  const names = source.columns.map(i => table.header?.[i] ?? '')
  const labels = names.map(zoneLabelOf)
  const other = labels.findIndex(label => typeof label === 'object')
  if (other >= 0) throw labelled(table, names[other]!)
  if (labels.includes('utc'))
    return { zone: UTC, note: `"${names[labels.indexOf('utc')]!}" says that its times are UTC` }
  if (proved !== undefined) {
    const zone = fixedZone(proved)
    return {
      zone,
      note: `times without a zone are ${zone.name}: the epochs beside them prove it`,
    }
  }
  if (isDaily && (source.kind === 'date' || areMidnights(table, source)))
    return { zone: UTC, note: 'dates without a clock are taken as days in UTC' }
  throw timeError(
    'IMPORT_AMBIGUOUS',
    table,
    `has times without a zone, such as "${example(table, source.columns)}"`,
    /\b(utc|gmt)\b/i.test(table.prose)
      ? `the text above the header speaks of UTC, which proves nothing; ${ASK}`
      : ASK,
  )
}

function withoutClock(table: Table, { key: { timeframe } }: ImportOptions): Error {
  return timeError(
    'IMPORT_FORMAT',
    table,
    `has dates without a clock, which cannot be ${timeframe} candles`,
    'give the timeframe of the file: --timeframe 1d',
  )
}

function labelled(table: Table, name: string): Error {
  return timeError(
    'IMPORT_AMBIGUOUS',
    table,
    `has local times under "${name}", and Assay does not guess where that is`,
    ASK,
  )
}

/** Whether all clocks say 0:00, or the last second of a day, so that the times are days. */
function areMidnights(table: Table, source: LocalSource): boolean {
  return table.sample.every(({ cells }) => {
    const local = localTime(cells, source, 'dmy') ?? localTime(cells, source, 'mdy')
    if (local === undefined) return true
    const clock = local.ms % DAY_MS
    return clock === 0 || clock >= DAY_MS - 1000
  })
}

export function example(table: Table, columns: readonly number[]): string {
  const { cells } = table.sample[0] as Row
  return columns.map(i => cells[i] ?? '').join(' ')
}

/**
 * The zone that a time names in words behind it.
 * @throws AppError IMPORT_AMBIGUOUS for names that mean several zones
 */
export function zoneInWords(
  table: Table,
  { zoneName = '', ms }: LocalTime,
  options: ImportOptions,
): Zone {
  if (options.timeZone !== undefined) return parseZone(options.timeZone)
  if (isUnclearZone(zoneName) || isOutOfSeason(zoneName, ms)) throw unclear(table, zoneName)
  return zoneNamed(table, zoneName)
}

function zoneNamed(table: Table, name: string): Zone {
  const offset = abbreviatedOffset(name)
  if (offset !== undefined) return fixedZone(offset)
  try {
    return parseZone(name)
  } catch {
    throw unclear(table, name)
  }
}

function unclear(table: Table, name: string): Error {
  return timeError(
    'IMPORT_AMBIGUOUS',
    table,
    `has times in "${name}", which may be one of several zones`,
    ASK,
  )
}

/** What is said of times that name their zone, in words or by offsets. */
export function zonedChoice(names: readonly string[], options: ImportOptions): ZoneChoice {
  const list = names.join(', ')
  if (names.length === 0) return { zone: UTC, note: 'times name their zone' }
  const note =
    options.timeZone === undefined
      ? `times name their zone: ${list}`
      : `times that name ${list} are taken as ${options.timeZone}, as given`
  return { zone: UTC, note }
}
