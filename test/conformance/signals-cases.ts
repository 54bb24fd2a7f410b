import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import {
  exit,
  HOLD,
  keep,
  long,
  orders,
  short,
  type Intent,
  type OrderRequest,
} from '../../src/core/strategy/intent.js'
import { PLAIN_SPEC, type OracleLeg, type OracleMarket, type OracleSpec } from '../oracle/model.js'
import type { WrittenOutcome } from '../oracle/outcome-differences.js'
import { DATA_FOLDER } from './shared-data.js'

/** Scenarios with decisions, flags and expected results; beside the real candles. */
export const SIGNALS_FOLDER = join(DATA_FOLDER, '..', 'cases', 'signals')

export interface SignalsCase {
  readonly spec: OracleSpec
  readonly markets: readonly OracleMarket[]
  readonly legs: readonly OracleLeg[]
  readonly expected: WrittenOutcome
}

export function signalsCases(): readonly string[] {
  if (!existsSync(SIGNALS_FOLDER)) return []
  return readdirSync(SIGNALS_FOLDER)
    .filter(name => /^\d+$/.test(name))
    .sort((a, b) => Number(a) - Number(b))
}

export function readCase(name: string): SignalsCase {
  const folder = join(SIGNALS_FOLDER, name)
  const flags = flagsOf(readFileSync(join(folder, 'flags.txt'), 'utf8'))
  const spec = specOf(flags)
  const symbols = readdirSync(folder)
    .filter(file => file.endsWith('-USD.csv'))
    .map(file => file.replace('.csv', ''))
    .sort((a, b) => (a < b ? -1 : 1))
  const markets = symbols.map(symbol => marketOf(folder, symbol, flags.has('shortable')))
  const rows = rowsOf(folder, flags.get('signals')!)
  const legs = markets.map(market =>
    legOf(market, { rows, spec, weight: 1 / markets.length, isOnly: markets.length === 1 }),
  )
  const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as WrittenOutcome
  return { spec, markets, legs, expected }
}

/** Name and text of a scenario's file of signals. */
export function signalsFile(name: string): { readonly file: string; readonly text: string } {
  const folder = join(SIGNALS_FOLDER, name)
  const file = flagsOf(readFileSync(join(folder, 'flags.txt'), 'utf8')).get('signals')!
  return { file, text: readFileSync(join(folder, file), 'utf8') }
}

function flagsOf(text: string): ReadonlyMap<string, string> {
  const flags = new Map<string, string>()
  for (const part of text
    .trim()
    .split(/(?:^|\s)--/)
    .slice(1)) {
    const [name, ...value] = part.trim().split(/\s+/)
    flags.set(name!, value.join(' '))
  }
  return flags
}

const TIMEFRAMES: Readonly<Record<string, number>> = {
  '1m': 60_000,
  '1h': 3_600_000,
  '1d': 86_400_000,
}

function specOf(flags: ReadonlyMap<string, string>): OracleSpec {
  const number = (name: string, otherwise = 0): number => Number(flags.get(name) ?? otherwise)
  const size = flags.get('position-size')
  const exits: Record<string, unknown> = {
    stopLoss: number('stop-loss'),
    takeProfit: number('take-profit'),
    trailingStop: number('trailing-stop'),
    trailingFrom: number('trailing-from'),
    breakEven: number('break-even'),
    timeStop: number('time-stop'),
  }
  const roi = flags.get('roi')
  if (roi !== undefined) exits['roi'] = roiOf(roi)
  return {
    ...PLAIN_SPEC,
    capital: number('capital'),
    timeframeMs: TIMEFRAMES[flags.get('timeframe')!]!,
    feeRate: number('fee-bps') / 10_000,
    makerFeeRate: number('maker-fee-bps', number('fee-bps')) / 10_000,
    slippage: number('slippage-bps') / 10_000,
    txCost: number('tx-cost'),
    fill: flags.get('fill') === 'close' ? 'close' : 'next_open',
    keepOpen: flags.has('keep-open'),
    exits,
    cooldown: number('cooldown'),
    positionSize:
      size === undefined
        ? null
        : size.endsWith('%')
          ? { kind: 'share', share: Number(size.slice(0, -1)) / 100 }
          : { kind: 'quote', amount: Number(size) },
    limits: {
      maxDrawdown: number('max-drawdown'),
      maxDailyLoss: number('max-daily-loss'),
      maxExposure: number('max-exposure'),
      maxOpenPositions: number('max-open-positions'),
      maxTradesPerDay: number('max-trades-per-day'),
    },
    limitFill: flags.get('limit-fill') === 'touch' ? 'touch' : 'through',
    maxVolumeShare: number('max-volume-share'),
  }
}

function roiOf(text: string): Record<number, number> {
  return Object.fromEntries(
    text.split(',').map(part => part.split(':').map(Number) as [number, number]),
  )
}

function marketOf(folder: string, symbol: string, shortable: boolean): OracleMarket {
  const lines = readFileSync(join(folder, `${symbol}.csv`), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
  const candles = lines.map(line => {
    const [time, ...numbers] = line.split(',')
    const [open, high, low, close, volume] = numbers.map(Number)
    return {
      time: Date.parse(time!),
      open: open!,
      high: high!,
      low: low!,
      close: close!,
      volume: volume!,
    }
  })
  return { symbol, candles, step: 1e-9, tick: 0, minNotional: 0, shortable }
}

type Row = Readonly<Record<string, unknown>>

function rowsOf(folder: string, file: string): readonly Row[] {
  const text = readFileSync(join(folder, file), 'utf8')
  if (file.endsWith('.jsonl'))
    return text
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Row)
  return parse(text, { columns: true })
}

function legOf(
  { symbol, candles }: OracleMarket,
  {
    rows,
    spec,
    weight,
    isOnly,
  }: { rows: readonly Row[]; spec: OracleSpec; weight: number; isOnly: boolean },
): OracleLeg {
  const said = new Map<number, Intent>()
  for (const row of rows) {
    if (isOnly || row['symbol'] === symbol)
      said.set(Date.parse(row['time'] as string), intentOf(row))
  }
  return {
    symbol,
    strategy: 'scripted',
    weight,
    priority: 0,
    first: 0,
    decide: i => said.get(candles[i]!.time + spec.timeframeMs) ?? HOLD,
  }
}

const EXITS = {
  stop_loss: 'stopLoss',
  take_profit: 'takeProfit',
  trailing_stop: 'trailingStop',
  trailing_from: 'trailingFrom',
  break_even: 'breakEven',
  time_stop: 'timeStop',
} as const

function intentOf(row: Row): Intent {
  const has = (name: string): boolean =>
    row[name] !== undefined && row[name] !== '' && row[name] !== null
  if (has('orders')) {
    const value = row['orders']
    const list = (typeof value === 'string' ? JSON.parse(value) : value) as readonly OrderRequest[]
    return orders(list, { priority: has('priority') ? Number(row['priority']) : null })
  }
  if (!has('exposure')) {
    const level = (name: string): number | null | undefined =>
      has(name) ? (row[name] === 'none' ? null : Number(row[name])) : undefined
    return keep({ stopPrice: level('stop_price'), targetPrice: level('target_price') })
  }
  const exposure = Number(row['exposure'])
  if (exposure === 0)
    return has('tag') ? exit(row['tag'] as string) : exit(null as unknown as string)
  const options: Record<string, unknown> = {}
  for (const [column, name] of Object.entries(EXITS)) {
    if (has(column)) options[name] = Number(row[column])
  }
  if (has('roi')) options['roi'] = roiOf(row['roi'] as string)
  if (has('tag')) options['tag'] = row['tag']
  if (has('priority')) options['priority'] = Number(row['priority'])
  return exposure > 0 ? long(exposure, options) : short(-exposure, options)
}
