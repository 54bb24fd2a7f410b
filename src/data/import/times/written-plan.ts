import type { AppError } from '../../../core/errors.js'
import { DAY_MS, timeframeMs } from '../../../core/candles/time.js'
import type { DateOrder } from '../cells/clock-times.js'
import { isCloseTimeName, saysUtc } from '../cells/column-names.js'
import type { ColumnPlan } from '../columns/columns.js'
import { possibleOrders } from './date-orders.js'
import type { ImportOptions } from '../tables/options.js'
import type { Row, Table } from '../tables/table.js'
import type { TimeKind } from '../cells/time-kinds.js'
import { proveOffset } from './time-proof.js'
import { findWitnesses, type Witness } from './time-witness.js'
import { localTime, type Plan, timeError } from './times.js'
import { fixedZone, parseZone, UTC, type Zone } from './zones.js'

/** Reads times as people write them: the order of the date and the zone must be beyond doubt. */
export async function planWritten(
  table: Table,
  plan: ColumnPlan,
  columns: readonly number[],
  kind: TimeKind,
  options: ImportOptions,
): Promise<Plan> {
  const witnesses = instantsBeside(table, plan, columns, options)
  const proofs = (await possibleOrders(table, columns, options.timeFormat)).map(order => ({
    order,
    proof: proveOffset(table.sample, cells => localTime(cells, columns, order), witnesses),
  }))
  // Epochs beside the dates rule out orders that contradict them.
  const possible = proofs.filter(({ proof }) => proof !== 'contradiction')
  if (possible.length === 0) throw contradiction(table, columns, witnesses, proofs[0]!.order)
  if (possible.length > 1)
    throw unclearOrder(
      table,
      columns,
      possible.map(({ order }) => order),
    )
  const { order, proof } = possible[0]!
  const isZoned = kind === 'zoned'
  const { zone, note } = isZoned
    ? { zone: UTC, note: 'times name their zone' }
    : zoneOf(table, columns, kind, proof as number | undefined, options)
  return {
    read: cells => {
      const local = localTime(cells, columns, order)
      if (local === undefined || (isZoned && !local.isZoned)) return NaN
      return local.isZoned ? local.ms : (zone.toUtc(local.ms) ?? NaN)
    },
    notes: [note, ...(order === 'ymd' ? [] : [`dates are written ${ORDER_NAMES[order]}`])],
    witnesses,
    isBound: true,
  }
}

/** Epochs and zoned times in other columns, the end of the candle among them. */
function instantsBeside(
  table: Table,
  plan: ColumnPlan,
  columns: readonly number[],
  options: ImportOptions,
): readonly Witness[] {
  const step = timeframeMs(options.key.timeframe)
  if (table.header !== undefined) {
    return findWitnesses(table, columns, step, table.header.findIndex(isCloseTimeName))
  }
  // Without names, the column after the volume is the candle's end only where it is near its open.
  const { cells } = table.sample[0] as Row
  const near = (witness: Witness): boolean => {
    const seen = witness.read(cells)
    const local = localTime(cells, columns, 'ymd')
    return !!seen && !!local && Math.abs(seen.value - local.ms) < 2 * DAY_MS
  }
  return findWitnesses(table, columns, step, (plan.volume ?? plan.close) + 1).filter(near)
}

const ORDER_NAMES: Readonly<Record<DateOrder, string>> = {
  ymd: 'year first',
  dmy: 'day first',
  mdy: 'month first',
}

/** The zone of times that name none: said by the user, by the file, or proved by its epochs. */
function zoneOf(
  table: Table,
  columns: readonly number[],
  kind: TimeKind,
  proved: number | undefined,
  options: ImportOptions,
): { zone: Zone; note: string } {
  if (options.timeZone !== undefined) {
    const zone = parseZone(options.timeZone)
    return { zone, note: `times without a zone are taken as ${zone.name}, as given` }
  }
  const said = [table.prose, ...columns.map(i => table.header?.[i] ?? '')].some(saysUtc)
  if (said) return { zone: UTC, note: 'the file says that its times are UTC' }
  if (proved !== undefined) {
    const zone = fixedZone(proved)
    return { zone, note: `times without a zone are ${zone.name}: the epochs beside them prove it` }
  }
  const isDaily = timeframeMs(options.key.timeframe) % DAY_MS === 0
  if ((kind === 'date' || isMidnight(table, columns)) && isDaily)
    return { zone: UTC, note: 'dates without a clock are taken as days in UTC' }
  if (kind === 'date') {
    throw timeError(
      'IMPORT_FORMAT',
      table,
      `has dates without a clock, which cannot be ${options.key.timeframe} candles`,
      'give the timeframe of the file: --timeframe 1d',
    )
  }
  throw timeError(
    'IMPORT_AMBIGUOUS',
    table,
    `has times without a zone, such as "${example(table, columns)}"`,
    'say which they are in: --time-zone UTC, --time-zone +03:00 or --time-zone Europe/Berlin',
  )
}

/** Whether all clocks say 0:00, so that the times are dates in all but form. */
function isMidnight(table: Table, columns: readonly number[]): boolean {
  return table.sample.every(({ cells }) => {
    const local = localTime(cells, columns, 'dmy')
    return local !== undefined && local.ms % DAY_MS === 0
  })
}

function example(table: Table, columns: readonly number[]): string {
  const { cells } = table.sample[0] as Row
  return columns.map(i => cells[i] ?? '').join(' ')
}

function unclearOrder(
  table: Table,
  columns: readonly number[],
  orders: readonly DateOrder[],
): AppError {
  return timeError(
    'IMPORT_AMBIGUOUS',
    table,
    `has dates such as "${example(table, columns)}" that may be ${orders.map(order => ORDER_NAMES[order]).join(' or ')}; no row decides it`,
    `say which: ${orders.map(order => `--time-format ${order}`).join(' or ')}`,
  )
}

function contradiction(
  table: Table,
  columns: readonly number[],
  witnesses: readonly Witness[],
  order: DateOrder,
): AppError {
  const offsets = new Map<string, { line: number }>()
  for (const { cells, line } of table.sample) {
    const local = localTime(cells, columns, order)
    const seen =
      local && witnesses.map(w => w.read(cells)).find(w => w !== undefined && w.slack === 0)
    if (local && seen) offsets.set(String(local.ms - seen.value), { line })
  }
  const lines = [...offsets.values()].slice(0, 2).map(({ line }) => line)
  const where = lines.length > 0 ? `, for example in ${table.unit} ${lines.join(' and ')}` : ''
  const names = witnesses.map(w => `"${w.name}"`).join(', ')
  return timeError(
    'IMPORT_AMBIGUOUS',
    table,
    `contradicts itself: its dates and ${names} differ by changing amounts${where}`,
    'it may be several downloads glued together; import each on its own',
  )
}
