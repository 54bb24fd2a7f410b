import type { TableColumn } from '../../backtest/tables/table-export.js'
import { snakeCase } from '../../core/canonical.js'
import { METRIC_FORMULAS } from '../../core/metrics/metric-formulas.js'
import type { TradeFill } from '../../core/account/trade.js'
import type { EventRecord } from '../../core/ports/research/events.js'
import type { RunRecord } from '../../core/ports/research/runs.js'
import { AppError } from '../../core/errors.js'
import { metricsOfRun, tradesOfRun, type StoredTrade } from '../records/stored-trades.js'
import type { Table } from './table-file.js'

/** What of a stored run can be written as a table. */
export const RUN_TABLES = ['trades', 'fills', 'equity', 'events', 'metrics'] as const

export type RunTable = (typeof RUN_TABLES)[number]

/** A trade with its number in the run, from 1, and its symbol. */
interface TradeRow extends StoredTrade {
  readonly number: number
  readonly symbol: string
}

const TRADE_COLUMNS: readonly TableColumn<TradeRow>[] = [
  { name: 'trade', type: 'whole', valueOf: trade => trade.number },
  { name: 'symbol', type: 'text', valueOf: trade => trade.symbol },
  { name: 'strategy', type: 'text', valueOf: trade => trade.strategy },
  { name: 'side', type: 'text', valueOf: trade => trade.side },
  { name: 'entry_time', type: 'time', valueOf: trade => trade.entryTime },
  { name: 'exit_time', type: 'time', valueOf: trade => trade.exitTime },
  { name: 'entry_price', type: 'number', valueOf: trade => trade.entryPrice },
  { name: 'exit_price', type: 'number', valueOf: trade => trade.exitPrice },
  { name: 'size', type: 'number', valueOf: trade => trade.size },
  { name: 'pnl', type: 'number', valueOf: trade => trade.pnl },
  { name: 'fees', type: 'number', valueOf: trade => trade.fees },
  { name: 'tx_costs', type: 'number', valueOf: trade => trade.txCosts },
  { name: 'slippage', type: 'number', valueOf: trade => trade.slippage },
  { name: 'return', type: 'number', valueOf: trade => trade.return },
  { name: 'candles', type: 'whole', valueOf: trade => trade.candles },
  { name: 'mae', type: 'number', valueOf: trade => trade.mae },
  { name: 'mfe', type: 'number', valueOf: trade => trade.mfe },
  { name: 'exit_reason', type: 'text', valueOf: trade => trade.exitReason },
  { name: 'ambiguous', type: 'boolean', valueOf: trade => trade.ambiguous },
  { name: 'entry_tag', type: 'text', valueOf: trade => trade.entryTag },
  { name: 'exit_tag', type: 'text', valueOf: trade => trade.exitTag },
  { name: 'parts', type: 'whole', valueOf: trade => trade.parts },
]

interface FillRow {
  readonly trade: TradeRow
  readonly fill: TradeFill
}

const FILL_COLUMNS: readonly TableColumn<FillRow>[] = [
  { name: 'trade', type: 'whole', valueOf: ({ trade }) => trade.number },
  { name: 'symbol', type: 'text', valueOf: ({ trade }) => trade.symbol },
  { name: 'strategy', type: 'text', valueOf: ({ trade }) => trade.strategy },
  { name: 'time', type: 'time', valueOf: ({ fill }) => fill.time },
  { name: 'side', type: 'text', valueOf: ({ fill }) => fill.side },
  { name: 'size', type: 'number', valueOf: ({ fill }) => fill.size },
  { name: 'price', type: 'number', valueOf: ({ fill }) => fill.price },
  { name: 'fee', type: 'number', valueOf: ({ fill }) => fill.fee },
  { name: 'reason', type: 'text', valueOf: ({ fill }) => fill.reason },
  { name: 'tag', type: 'text', valueOf: ({ fill }) => fill.tag },
]

/** The trades of a run, the first exit first. @throws AppError BAD_RECORD */
export function tradesTable(run: RunRecord): Table<TradeRow> {
  return { columns: TRADE_COLUMNS, pages: [tradeRows(run)] }
}

/** The fills of a run, trade by trade. @throws AppError BAD_RECORD for a run that was stored without */
export function fillsTable(run: RunRecord): Table<FillRow> {
  const trades = tradeRows(run)
  if (trades.some(({ fills }) => fills.length === 0)) {
    throw new AppError(
      'BAD_RECORD',
      `run ${run.runId} was stored without the fills of its trades`,
      {
        hint: 'an older Assay made it: run it again, or export its trades',
      },
    )
  }
  return {
    columns: FILL_COLUMNS,
    pages: [trades.flatMap(trade => trade.fills.map(fill => ({ trade, fill })))],
  }
}

function tradeRows(run: RunRecord): TradeRow[] {
  return tradesOfRun(run).map((trade, k) => ({ symbol: run.symbol, ...trade, number: k + 1 }))
}

interface EquityPoint {
  readonly time: number
  readonly equity: number
}

const EQUITY_COLUMNS: readonly TableColumn<EquityPoint>[] = [
  { name: 'time', type: 'time', valueOf: point => point.time },
  { name: 'equity', type: 'number', valueOf: point => point.equity },
]

const EQUITY_PAGE = 10_000

/** Equity at the close of each candle, by the open time of that candle. */
export function equityTable(curve: {
  readonly time: Float64Array
  readonly equity: Float64Array
}): Table<EquityPoint> {
  function* pages(): Iterable<readonly EquityPoint[]> {
    for (let first = 0; first < curve.equity.length; first += EQUITY_PAGE) {
      const points = curve.equity.subarray(first, first + EQUITY_PAGE)
      yield Array.from(points, (equity, k) => ({ time: curve.time[first + k]!, equity }))
    }
  }
  return { columns: EQUITY_COLUMNS, pages: pages() }
}

const EVENT_COLUMNS: readonly TableColumn<EventRecord>[] = [
  { name: 'seq', type: 'whole', valueOf: event => event.seq },
  { name: 'time', type: 'time', valueOf: event => event.time },
  { name: 'type', type: 'text', valueOf: event => event.type },
  { name: 'payload', type: 'json', valueOf: event => JSON.stringify(event.payload) },
  { name: 'link_hash', type: 'text', valueOf: event => event.linkHash },
]

/** The events of a run, in order. */
export function eventsTable(records: readonly EventRecord[]): Table<EventRecord> {
  return { columns: EVENT_COLUMNS, pages: [records] }
}

type Metric = readonly [name: string, value: number | null]

const METRIC_COLUMNS: readonly TableColumn<Metric>[] = [
  { name: 'metric', type: 'text', valueOf: ([name]) => name },
  { name: 'value', type: 'number', valueOf: ([, value]) => value },
]

/** The metrics of a run, those without a value included. @throws AppError BAD_RECORD */
export function metricsTable(run: RunRecord): Table<Metric> {
  const stored = metricsOfRun(run)
  // The database has its own order of keys.
  const known = Object.keys(METRIC_FORMULAS).map(snakeCase)
  const names = new Set([
    ...known.filter(name => Object.hasOwn(stored, name)),
    ...Object.keys(stored),
  ])
  return {
    columns: METRIC_COLUMNS,
    pages: [Array.from(names, name => [name, stored[name]!] as const)],
  }
}
