import { plainName } from '../cells/column-names.js'
import type { Table } from '../tables/table.js'
import { otherColumns, type ColumnPlan } from './columns.js'

/** A column that says whether each candle was finished. */
export interface StatusColumn {
  readonly index: number
  readonly name: string
  /** Undefined for a cell that says neither. */
  isFinished(cell: string): boolean | undefined
}

const FINISHED =
  /^(complete|completed|iscomplete|iscompleted|confirm|confirmed|isconfirmed|closed|isclosed|candleclosed|isfinal|final|finished|isfinished|x|windowclose|isbarclosed|done)$/
const UNFINISHED =
  /^(partial|ispartial|incomplete|isincomplete|forming|isforming|unfinished|isopen|iscurrent|provisional|live|islive)$/
const YES = /^(true|t|yes|y|1|1\.0)$/i
const NO = /^(false|f|no|n|0|0\.0)$/i

/** The column of a file that says whether a candle was finished, by its name or its values. */
export function statusOf(table: Table, plan: ColumnPlan): StatusColumn | undefined {
  for (const index of otherColumns(table, plan).reverse()) {
    const cells = table.sample.map(row => (row.cells[index] ?? '').trim())
    const header = table.header?.[index]
    const isInverse = header !== undefined && UNFINISHED.test(plainName(header))
    const isNamed = header !== undefined && (isInverse || FINISHED.test(plainName(header)))
    const isShown = header === undefined && showsStatus(cells)
    if (
      !(isNamed && cells.every(cell => cell === '' || YES.test(cell) || NO.test(cell))) &&
      !isShown
    )
      continue
    return {
      index,
      name: header ?? `#${index + 1}`,
      isFinished: cell => (YES.test(cell) ? !isInverse : NO.test(cell) ? isInverse : undefined),
    }
  }
  return undefined
}

/** Without a header: true and false, or 1 in all rows but the newest, which stands at an end. */
function showsStatus(cells: readonly string[]): boolean {
  if (cells.length === 0) return false
  if (cells.every(cell => /^(true|false)$/i.test(cell))) return true
  const open = cells.flatMap((cell, i) => (cell === '0' ? [i] : []))
  const isEdge = open.length === 1 && (open[0] === 0 || open[0] === cells.length - 1)
  return (
    cells.length > 2 && isEdge && cells.filter(cell => cell === '1').length === cells.length - 1
  )
}
