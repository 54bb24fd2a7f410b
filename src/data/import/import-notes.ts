import type { ColumnPlan } from './columns/columns.js'
import type { Counted, RowCounts } from './row-reader.js'
import type { Table } from './tables/table.js'
import type { TimePlan } from './times/times.js'

/** Something about a file that the user should know; it was imported all the same. */
export interface ImportFinding {
  readonly code:
    | 'rows_without_prices'
    | 'outside_range'
    | 'off_grid'
    | 'overlaps'
    | 'times_disagree'
    | 'prices_whole'
  readonly severity: 'note' | 'warning'
  readonly count: number
  readonly message: string
}

/** How a file was read, a sentence each. */
export function describePlan(table: Table, columns: ColumnPlan, times: TimePlan): string[] {
  return [
    table.format,
    ...table.notes,
    ...columns.notes,
    ...times.notes,
    volumeNote(table, columns),
  ]
}

function volumeNote(table: Table, { volume, volumeKind }: ColumnPlan): string {
  if (volume === undefined) return 'no volume in the file; it counts as 0'
  const name = table.header?.[volume] ?? `column ${volume + 1}`
  switch (volumeKind) {
    case 'quote':
      return `volume is "${name}" divided by the close: it counts money`
    case 'ticks':
      return `volume is "${name}": it counts price changes, not coins`
    case 'base':
    case 'plain':
    case 'unknown':
      return `volume is "${name}", taken as base units`
  }
}

export function findingsOf(
  table: Table,
  columns: ColumnPlan,
  counts: RowCounts,
  isScaled: boolean,
): ImportFinding[] {
  const at = ({ line }: Counted): string => `first in ${table.unit} ${line}`
  const findings: ImportFinding[] = []
  const add = (
    code: ImportFinding['code'],
    severity: ImportFinding['severity'],
    counted: Counted,
    message: (place: string) => string,
  ): void => {
    if (counted.count === 0) return
    findings.push({ code, severity, count: counted.count, message: message(at(counted)) })
  }
  add(
    'rows_without_prices',
    'note',
    counts.empty,
    p => `rows without prices were passed over, ${p}`,
  )
  add(
    'outside_range',
    'warning',
    counts.outside,
    p => `candles have open or close outside of low to high, kept as they are, ${p}`,
  )
  add(
    'off_grid',
    'warning',
    counts.offGrid,
    p => `candles do not open on a multiple of the timeframe in UTC, ${p}`,
  )
  add(
    'overlaps',
    'warning',
    counts.overlapping,
    p => `candles overlap with the one of the row before, ${p}; a run over them means nothing`,
  )
  add(
    'times_disagree',
    'warning',
    counts.disagreeing,
    p => `rows have other times beside the epoch, which was used, ${p}`,
  )
  const isWhole = !isScaled && wholePrices(table, columns)
  if (isWhole) {
    findings.push({
      code: 'prices_whole',
      severity: 'warning',
      count: counts.rows,
      message:
        'all prices are large whole numbers; if the source dropped the decimal point, import with --price-scale 0.01',
    })
  }
  return findings
}

/** Only where volume counts ticks: coins do trade at whole prices. */
function wholePrices(table: Table, columns: ColumnPlan): boolean {
  return (
    columns.volumeKind === 'ticks' &&
    table.sample.every(({ cells }) => /^\d{5,}(\.0+)?$/.test(cells[columns.close] ?? ''))
  )
}
