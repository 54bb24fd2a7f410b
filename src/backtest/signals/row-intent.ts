import {
  exit,
  FLAT,
  HOLD,
  keep,
  long,
  orders,
  short,
  type Intent,
  type TargetOptions,
} from '../../core/strategy/intent.js'
import { readExposure, readLevel, readNumber, readRoi, readTag } from './cells.js'
import { readOrders } from './order-cells.js'
import { refuseLine, type Place } from './place.js'
import type { SignalColumn, SignalRow } from './table.js'

const EXITS = {
  stop_loss: 'stopLoss',
  take_profit: 'takeProfit',
  trailing_stop: 'trailingStop',
  trailing_from: 'trailingFrom',
  break_even: 'breakEven',
  time_stop: 'timeStop',
  roi: 'roi',
} as const

const EXIT_COLUMNS = Object.keys(EXITS) as (keyof typeof EXITS)[]
const LEVEL_COLUMNS = ['stop_price', 'target_price'] as const

/**
 * What a line decides: an exposure a target, orders an answer of orders, levels alone a keep, and
 * nothing at all HOLD.
 * @throws AppError BAD_SIGNALS for what does not go together
 */
export function intentOf(file: string, row: SignalRow): Intent {
  if (has(row, 'orders')) return ordersOf(file, row)
  if (has(row, 'exposure')) return targetOf(file, row)
  const names = ['tag', 'priority', ...EXIT_COLUMNS] as const
  refuseBeside({ file, row }, names, 'but no exposure that it would go with')
  const levels = LEVEL_COLUMNS.filter(column => has(row, column))
  return levels.length === 0 ? HOLD : keepOf(file, row)
}

function ordersOf(file: string, row: SignalRow): Intent {
  const others = ['exposure', 'tag', ...LEVEL_COLUMNS, ...EXIT_COLUMNS] as const
  refuseBeside({ file, row }, others, 'beside orders; tag and exits are keys of each order')
  const requests = readOrders(placeOf(file, row, 'orders'), row.cells.orders)
  return orders(requests, { priority: priorityOf(file, row) })
}

function targetOf(file: string, row: SignalRow): Intent {
  refuseBeside(
    { file, row },
    LEVEL_COLUMNS,
    'beside an exposure; levels move in a line of their own',
  )
  const exposure = readExposure(placeOf(file, row, 'exposure'), row.cells.exposure)
  if (exposure === 0) {
    refuseBeside({ file, row }, EXIT_COLUMNS, 'beside exposure 0, which opens nothing')
    return has(row, 'tag') ? exit(tagOf(file, row)) : FLAT
  }
  const options: Record<string, unknown> = {}
  for (const column of EXIT_COLUMNS) {
    if (!has(row, column)) continue
    const place = placeOf(file, row, column)
    const value = row.cells[column]
    options[EXITS[column]] = column === 'roi' ? readRoi(place, value) : readNumber(place, value)
  }
  if (has(row, 'tag')) options['tag'] = tagOf(file, row)
  if (has(row, 'priority')) options['priority'] = priorityOf(file, row)
  const given: TargetOptions = options
  if (exposure < 0) return short(-exposure, given)
  return long(exposure, given)
}

function keepOf(file: string, row: SignalRow): Intent {
  const level = (column: 'stop_price' | 'target_price'): number | null | undefined =>
    has(row, column) ? readLevel(placeOf(file, row, column), row.cells[column]) : undefined
  return keep({ stopPrice: level('stop_price'), targetPrice: level('target_price') })
}

function tagOf(file: string, row: SignalRow): string {
  return readTag(placeOf(file, row, 'tag'), row.cells.tag)
}

function priorityOf(file: string, row: SignalRow): number | null {
  if (!has(row, 'priority')) return null
  return readNumber(placeOf(file, row, 'priority'), row.cells.priority)
}

function refuseBeside(
  { file, row }: { file: string; row: SignalRow },
  columns: readonly SignalColumn[],
  why: string,
): void {
  const found = columns.find(column => has(row, column))
  if (found === undefined) return
  throw refuseLine(
    { file, line: row.line },
    `it has ${found} ${why}`,
    `leave ${found} empty in this line`,
  )
}

function has({ cells }: SignalRow, column: SignalColumn): boolean {
  return cells[column] !== undefined
}

export function placeOf(file: string, { line }: SignalRow, column: SignalColumn): Place {
  return { file, line, column }
}
