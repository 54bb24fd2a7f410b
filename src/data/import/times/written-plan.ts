import type { AppError } from '../../../core/errors.js'
import { DAY_MS, timeframeMs } from '../../../core/candles/time.js'
import type { DateOrder, LocalTime } from '../cells/clock-times.js'
import { timeRoleOf } from '../cells/time-names.js'
import type { ColumnPlan } from '../columns/columns.js'
import { LocalClocks } from './clock-changes.js'
import { possibleOrders } from './date-orders.js'
import type { ImportOptions } from '../tables/options.js'
import type { Row, Table } from '../tables/table.js'
import { proveOffset } from './time-proof.js'
import { findWitnesses, type Witness } from './time-witness.js'
import { localTime, type LocalSource, type Plan, timeError } from './times.js'
import { example, zonedChoice, zoneInWords, zoneOf } from './zone-choice.js'

/** Reads times as people write them: the order of the date and the zone must be beyond doubt. */
export async function planWritten(
  table: Table,
  plan: ColumnPlan,
  source: LocalSource,
  options: ImportOptions,
): Promise<Plan> {
  const witnesses = instantsBeside(table, plan, source, options)
  const order = await dateOrder(table, source, witnesses, plan.time !== undefined, options)
  const proof = proofOf(table, source, order, witnesses)
  const isZoned = source.kind === 'zoned'
  const locals = localsOf(table, source, order)
  const choice = isZoned
    ? zonedChoice(namesOf(locals), options)
    : zoneOf(table, source, proof === 'contradiction' ? undefined : proof, options)
  const clocks = new LocalClocks(choice.zone, locals, local => zoneInWords(table, local, options))
  return {
    read: cells => {
      const local = localTime(cells, source, order)
      if (local === undefined) return NaN
      if (local.isZoned) return local.ms
      return isZoned && local.zoneName === undefined ? NaN : clocks.toUtc(local)
    },
    restart: () => clocks.restart(),
    unclear: () => clocks.unclear(),
    notes: [
      choice.note,
      ...(source.kind === 'serial' ? ['times are the days that spreadsheets count'] : []),
      ...(source.clockDigits === undefined ? [] : ['clocks are written as digits alone']),
      ...(order === 'ymd' ? [] : [`dates are written ${ORDER_NAMES[order]}`]),
    ],
    witnesses,
    isBound: true,
  }
}

function localsOf(table: Table, source: LocalSource, order: DateOrder): LocalTime[] {
  return table.sample
    .map(({ cells }) => localTime(cells, source, order))
    .filter(local => local !== undefined)
}

function namesOf(locals: readonly LocalTime[]): string[] {
  return [...new Set(locals.map(({ zoneName }) => zoneName).filter(name => name !== undefined))]
}

/** Epochs and zoned times in other columns, the end of the candle among them. */
function instantsBeside(
  table: Table,
  plan: ColumnPlan,
  source: LocalSource,
  options: ImportOptions,
): readonly Witness[] {
  const { columns } = source
  const step = timeframeMs(options.key.timeframe)
  if (table.header !== undefined) {
    const close = table.header.findIndex(name => timeRoleOf(name, table.header) === 'close')
    return findWitnesses(table, columns, step, close)
  }
  // Without names, the column after the volume is the candle's end only where it is near its open.
  const { cells } = table.sample[0] as Row
  const near = (witness: Witness): boolean => {
    const seen = witness.read(cells)
    const local = localTime(cells, source, 'ymd')
    return !!seen && !!local && Math.abs(seen.value - local.ms) < 2 * DAY_MS
  }
  return findWitnesses(table, columns, step, (plan.volume ?? plan.close) + 1).filter(near)
}

const ORDER_NAMES: Readonly<Record<DateOrder, string>> = {
  ymd: 'year first',
  dmy: 'day first',
  mdy: 'month first',
}

type Proof = ReturnType<typeof proveOffset>

function proofOf(
  table: Table,
  source: LocalSource,
  order: DateOrder,
  witnesses: readonly Witness[],
): Proof {
  const timeOf = (cells: readonly string[]): LocalTime | undefined =>
    localTime(cells, source, order)
  return proveOffset(table.sample, timeOf, witnesses)
}

/** The order of day, month and year; epochs beside the dates rule out orders that contradict them. */
async function dateOrder(
  table: Table,
  source: LocalSource,
  witnesses: readonly Witness[],
  isChosen: boolean,
  options: ImportOptions,
): Promise<DateOrder> {
  const orders = await possibleOrders(table, source, options.timeFormat)
  const possible = orders.filter(o => proofOf(table, source, o, witnesses) !== 'contradiction')
  if (possible.length === 1) return possible[0]!
  if (possible.length > 1) throw unclearOrder(table, source.columns, possible)
  const isSettled = isChosen || source.kind === 'zoned' || options.timeZone !== undefined
  const within = witnesses.every(({ role }) => role !== 'close')
  if (orders.length === 1 && (isSettled || (within && isLabelledUtc(table, source))))
    return orders[0]!
  throw contradiction(table, source, witnesses, orders[0]!)
}

function isLabelledUtc(table: Table, { columns }: LocalSource): boolean {
  return columns.some(i => /utc|gmt/i.test(table.header?.[i] ?? ''))
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
  source: LocalSource,
  witnesses: readonly Witness[],
  order: DateOrder,
): AppError {
  const offsets = new Map<string, { line: number }>()
  for (const { cells, line } of table.sample) {
    const local = localTime(cells, source, order)
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
    'it may be several downloads glued together; import each on its own, or choose the column to trust with --columns',
  )
}
