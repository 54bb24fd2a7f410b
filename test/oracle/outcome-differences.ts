import type { OracleFill, OracleOutcome, OracleTrade } from './model.js'

/** A result as a file holds it: the same fields, in snake_case. */
export interface WrittenOutcome {
  readonly trades: readonly Written[]
  readonly times: readonly number[]
  readonly equity: readonly number[]
  readonly events: Readonly<Record<string, number>>
  readonly metrics: Readonly<Record<string, number | null>>
}

type Written = Readonly<Record<string, unknown>>

/** An outcome as a file would hold it. */
export function writtenOf({ trades, ...outcome }: OracleOutcome): WrittenOutcome {
  const written = trades.map(trade =>
    Object.fromEntries(Object.entries(trade).map(([name, value]) => [snakeCase(name), value])),
  )
  return { ...outcome, trades: written }
}

/** What files of expected trades do without. */
const UNWRITTEN = ['mae', 'mfe']

const PRICE = 1e-9
const SIZE = 2.5e-9
const MONEY = 1e-6

/** Every difference beyond the tolerances: prices 1e-9, sizes two steps, money a millionth of the capital. */
export function outcomeDifferences(
  outcome: OracleOutcome,
  written: WrittenOutcome,
  capital: number,
): readonly string[] {
  const found: string[] = []
  const money = MONEY * capital
  const compare = (name: string, ours: unknown, theirs: unknown, within = 0): void => {
    if (!isNear(ours, theirs, within)) found.push(`${name}: ${show(ours)}, not ${show(theirs)}`)
  }
  compare('times', outcome.times.length, written.times.length)
  written.times.forEach((time, k) => {
    compare(`time ${k}`, outcome.times[k], time)
    compare(`equity ${k}`, outcome.equity[k], written.equity[k], money)
  })
  compare('trades', outcome.trades.length, written.trades.length)
  outcome.trades.forEach((trade, k) => {
    const other = written.trades[k]
    if (other !== undefined) compareTrade(`trade ${k}`, trade, other, { compare, money })
  })
  for (const name of namesOf(outcome.events, written.events)) {
    compare(`event ${name}`, outcome.events[name] ?? 0, written.events[name] ?? 0)
  }
  for (const name of namesOf(outcome.metrics, written.metrics)) {
    const { [name]: ours } = outcome.metrics
    compare(
      `metric ${name}`,
      ours,
      written.metrics[name],
      metricTolerance(name, { value: ours, money }),
    )
  }
  return found
}

interface Comparing {
  readonly compare: (name: string, ours: unknown, theirs: unknown, within?: number) => void
  readonly money: number
}

function compareTrade(
  name: string,
  trade: OracleTrade,
  other: Written,
  { compare, money }: Comparing,
): void {
  for (const [field, value] of Object.entries(trade)) {
    const written = other[snakeCase(field)]
    if (field === 'fills' || (written === undefined && UNWRITTEN.includes(field))) continue
    compare(`${name} ${field}`, value, written, tolerance(field, written, money))
  }
  const fills = other['fills'] as readonly Written[]
  compare(`${name} fills`, trade.fills.length, fills.length)
  trade.fills.forEach((fill, k) => {
    for (const [field, value] of Object.entries(fill) as [keyof OracleFill, unknown][]) {
      const written = fills[k]?.[field]
      compare(`${name} fill ${k} ${field}`, value, written, tolerance(field, written, money))
    }
  })
}

function tolerance(field: string, value: unknown, money: number): number {
  if (field === 'size') return SIZE
  if (/price/i.test(field)) return PRICE * Number(value)
  if (/^(pnl|fees?)$/.test(field)) return money
  return /^(return|mae|mfe)$/.test(field) ? MONEY : 0
}

function metricTolerance(
  name: string,
  { value, money }: { value: unknown; money: number },
): number {
  if (name === 'final_equity' || name === 'fees_paid') return money
  // Of a deviation near none the rounding of floats shows.
  if (name === 'sharpe') return MONEY * Math.max(1, Number(value) ** 2)
  return name.endsWith('_bps') ? 1e-4 : MONEY
}

function isNear(ours: unknown, theirs: unknown, within: number): boolean {
  if (typeof ours !== 'number' || typeof theirs !== 'number') return ours === theirs
  return Math.abs(ours - theirs) <= within
}

function namesOf(...records: readonly object[]): readonly string[] {
  return [...new Set(records.flatMap(record => Object.keys(record)))]
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? 'nothing'
}
