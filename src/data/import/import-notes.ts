import type { ColumnPlan } from './columns/columns.js'
import { isSilent } from './columns/volume-pairs.js'
import type { Counted, RowCounts } from './row-counts.js'
import type { ReadingPlan } from './row-reader.js'
import type { Table } from './tables/table.js'

/** Something about a file that the user should know; it was imported all the same. */
export interface ImportFinding {
  readonly code:
    | 'rows_without_prices'
    | 'rows_left_out'
    | 'short_rows'
    | 'unfinished'
    | 'outside_range'
    | 'off_grid'
    | 'overlaps'
    | 'times_disagree'
    | 'volumes_disagree'
    | 'another_dollar'
    | 'prices_whole'
    | 'trailing_bytes'
    | 'cut_off'
  readonly severity: 'note' | 'warning'
  readonly count: number
  readonly message: string
}

/** How a file was read, a sentence each. */
export function describePlan({ table, columns, times, identity }: ReadingPlan): string[] {
  return [
    table.format,
    ...table.notes,
    ...columnsNote(table, columns),
    ...times.notes,
    volumeNote(table, columns),
    ...identity.notes,
  ]
}

/** Names the columns where they are not called what they are. */
function columnsNote(table: Table, { open, high, low, close, notes }: ColumnPlan): string[] {
  const { header } = table
  if (header === undefined) return [...notes]
  const used = Object.entries({ open, high, low, close }).filter(
    ([role, i]) => header[i]!.toLowerCase().replace(/[<>*]/g, '') !== role,
  )
  const isShort = used.every(([role, i]) => header[i]!.toLowerCase() === role[0])
  if (used.length === 0 || isShort) return [...notes]
  return [`prices are ${used.map(([role, i]) => `${role} "${header[i]!}"`).join(', ')}`, ...notes]
}

function volumeNote(table: Table, { volume, volumeKind }: ColumnPlan): string {
  if (volume === undefined) return 'no volume in the file; it counts as 0'
  const name = table.header?.[volume] ?? `column ${volume + 1}`
  if (table.isWhole && isSilent(table.sample, volume)) return `volume "${name}" is 0 throughout`
  switch (volumeKind) {
    case 'quote':
      return `volume is "${name}" divided by the close: it counts money`
    case 'ticks':
      return `volume is "${name}": it counts price changes, not coins`
    case 'base':
    case 'plain':
    case 'unknown': {
      // A name is a word for it; a column without one could be anything.
      const isSaid = table.header !== undefined || volumeKind === 'base'
      const doubt = isSaid ? '' : '; if it counts money, repeat with --quote-volume'
      return `volume is "${name}", taken as base units${doubt}`
    }
  }
}

type Code = ImportFinding['code']

/** What is said of rows that were counted, of one and of several; `$` is the place of the first. */
const SAID: readonly (readonly [
  code: Code,
  severity: ImportFinding['severity'],
  of: (counts: RowCounts) => Counted,
  one: string,
  several: string,
])[] = [
  [
    'rows_without_prices',
    'note',
    counts => counts.empty,
    'row without prices was skipped$',
    'rows without prices were skipped$',
  ],
  [
    'short_rows',
    'note',
    counts => counts.short,
    'row lacks cells at its end, which count as empty$',
    'rows lack cells at their end, which count as empty$',
  ],
  [
    'unfinished',
    'warning',
    counts => counts.unfinished,
    'candle was not finished, as the file itself says, and was left out$',
    'candles were not finished, as the file itself says, and were left out$',
  ],
  [
    'outside_range',
    'warning',
    counts => counts.outside,
    'candle has its open or close outside of low to high, kept as it is$',
    'candles have open or close outside of low to high, kept as they are$',
  ],
  [
    'off_grid',
    'warning',
    counts => counts.offGrid,
    'candle does not open on a multiple of the timeframe in UTC$',
    'candles do not open on a multiple of the timeframe in UTC$',
  ],
  [
    'overlaps',
    'warning',
    counts => counts.overlapping,
    'candle overlaps with the one of the row before$; a run over it means nothing',
    'candles overlap with the one of the row before$; a run over them means nothing',
  ],
  [
    'times_disagree',
    'warning',
    counts => counts.disagreeing,
    'row has another time beside the epoch, which was used$',
    'rows have other times beside the epoch, which was used$',
  ],
]

/** @param leftOut rows that the user's conditions left out */
export function findingsOf(
  plan: ReadingPlan,
  counts: RowCounts,
  { isScaled, leftOut }: { readonly isScaled: boolean; readonly leftOut: number },
): ImportFinding[] {
  const { unit } = plan.table
  const counted = SAID.flatMap(([code, severity, of, one, several]): ImportFinding[] => {
    const { count, line } = of(counts)
    if (count === 0) return []
    const message = (count === 1 ? one : several).replace('$', `, first in ${unit} ${line}`)
    return [{ code, severity, count, message }]
  })
  const others: ImportFinding = {
    code: 'rows_left_out',
    severity: 'note',
    count: leftOut,
    message: leftOut === 1 ? 'row does not meet --where' : 'rows do not meet --where',
  }
  return [
    ...(leftOut === 0 ? [] : [others]),
    ...counted,
    ...tableFindings(plan),
    ...planFindings(plan, counts, isScaled),
  ]
}

function tableFindings({ table }: ReadingPlan): ImportFinding[] {
  return (table.warnings ?? []).map(warning => ({ ...warning, severity: 'warning' }))
}

function planFindings(
  { table, columns, identity }: ReadingPlan,
  counts: RowCounts,
  isScaled: boolean,
): ImportFinding[] {
  const warn = (code: Code, message: string): ImportFinding => ({
    code,
    severity: 'warning',
    count: counts.rows,
    message,
  })
  return [
    ...(columns.doubt === undefined
      ? []
      : [warn('volumes_disagree', `candles have ${columns.doubt}; see which of them is right`)]),
    ...(identity.nearly === undefined
      ? []
      : [warn('another_dollar', `candles are of "${identity.nearly}", as the file says`)]),
    ...(!isScaled && wholePrices(table, columns)
      ? [
          warn(
            'prices_whole',
            'all prices are large whole numbers; if the source dropped the decimal point, import with --price-scale 0.01',
          ),
        ]
      : []),
  ]
}

/** Only where volume counts ticks: coins do trade at whole prices. */
function wholePrices(table: Table, columns: ColumnPlan): boolean {
  return (
    columns.volumeKind === 'ticks' &&
    table.sample.every(({ cells }) => /^\d{5,}(\.0+)?$/.test(cells[columns.close] ?? ''))
  )
}
