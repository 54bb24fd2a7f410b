import type { Trace, TraceRow } from '../../../backtest/run/replay/trace.js'
import { formatTime } from '../../../core/candles/time.js'
import { printable } from '../../../core/text-layout.js'
import { table } from '../../../core/text-table.js'

type Cell = string | number | boolean | null
type TraceColumn = readonly [name: string, read: (row: TraceRow) => Cell]

/** What a trace shows, in this order; indicators, state and debug values under their own names. */
function columnsOf({ indicators, state, debug, rows }: Trace): readonly TraceColumn[] {
  const several = new Set(rows.map(({ strategy }) => strategy)).size > 1
  const strategy: readonly TraceColumn[] = several ? [['strategy', row => row.strategy]] : []
  return [
    ['time', row => formatTime(row.time)],
    ...strategy,
    ['open', row => row.open],
    ['high', row => row.high],
    ['low', row => row.low],
    ['close', row => row.close],
    ['volume', row => row.volume],
    ...indicators.map((name): TraceColumn => [name, row => row.indicators[name] ?? null]),
    ...state.map((name): TraceColumn => [`state.${name}`, row => row.state[name] ?? null]),
    ['equity', row => row.equity],
    ['exposure', row => row.exposure],
    ['quantity', row => row.quantity],
    ['entry_price', row => row.entryPrice],
    ['stop', row => row.stop],
    ['target', row => row.target],
    ['intent', row => row.intent],
    ['pending', row => row.pending],
    ['orders', row => row.orders.join('; ') || null],
    ...debug.map((name): TraceColumn => [`debug.${name}`, row => row.debug[name] ?? null]),
  ]
}

/** Closes that stand together where a trace needs several tables. */
const CLOSES_TOGETHER = 20

/**
 * A trace for a terminal: a line a close where all columns fit, else tables of some closes each,
 * columns below each other.
 */
export function traceTable(trace: Trace): string {
  const columns = columnsOf(trace)
  const headings = columns.map(([name]) => printable(name))
  const rows = trace.rows.map(row => [
    formatTime(row.time).slice(0, 16).replace('T', ' '),
    ...columns.slice(1).map(([, read]) => shortText(read(row))),
  ])
  const whole = table(headings, rows)
  const isOne = whole.split('\n').length <= rows.length + 2
  const tables = isOne ? [whole] : inChunks(rows).map(chunk => table(headings, chunk))
  const note = trace.hasDroppedNames
    ? ['debug was called with more than 40 names; the rest is left out']
    : []
  return `${[...tables, ...note].join('\n\n')}\n`
}

function inChunks(rows: readonly string[][]): string[][][] {
  const count = Math.ceil(rows.length / CLOSES_TOGETHER)
  return Array.from({ length: count }, (_, k) =>
    rows.slice(k * CLOSES_TOGETHER, (k + 1) * CLOSES_TOGETHER),
  )
}

/** A trace as CSV with a line of names; nothing is rounded. */
export function traceCsv(trace: Trace): string {
  const columns = columnsOf(trace)
  const lines = [
    columns.map(([name]) => csvCell(name)),
    ...trace.rows.map(row => columns.map(([, read]) => csvCell(read(row)))),
  ]
  return `${lines.map(cells => cells.join(',')).join('\n')}\n`
}

/** A trace as programs read it: one record a close and leg, keys in snake_case. */
export function traceJson({ rows }: Trace): readonly Readonly<Record<string, unknown>>[] {
  return rows.map(({ time, entryPrice, ...row }) => ({
    time: formatTime(time),
    ...row,
    entry_price: entryPrice,
  }))
}

function shortText(cell: Cell): string {
  if (cell === null) return '-'
  if (typeof cell === 'number') return String(Number(cell.toPrecision(9)))
  return printable(String(cell))
}

function csvCell(cell: Cell): string {
  if (cell === null) return ''
  const text = String(cell)
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
