import type { Candles } from '../../core/candles/candles.js'
import { formatTime, timeframeName, type Millis } from '../../core/candles/time.js'
import { AppError } from '../../core/errors.js'
import type { Intent } from '../../core/strategy/intent.js'
import { readTime } from './cells.js'
import { namesHint, refuseCell, refuseLine } from './place.js'
import { intentOf, placeOf } from './row-intent.js'
import { readTable, type SignalRow } from './table.js'

/** A decision as its line has it, not yet held against candles. */
export interface WrittenSignal {
  readonly line: number
  readonly written: unknown
  readonly time: Millis
  /** Null where the file has no such column. */
  readonly symbol: string | null
  readonly intent: Intent
}

export interface WrittenSignals {
  readonly file: string
  readonly signals: readonly WrittenSignal[]
  /** Those of the column `symbol`, sorted; empty without one. */
  readonly symbols: readonly string[]
}

/** A decision at a close. */
export interface Decision {
  readonly time: Millis
  readonly intent: Intent
}

export interface SymbolSignals {
  readonly symbol: string
  /** By time. */
  readonly decisions: readonly Decision[]
}

/** Candles that the decisions of a symbol were made on. */
export interface SignalMarket {
  readonly symbol: string
  readonly candles: Candles
}

/** Whether a time names the close at which it was decided, or the open of the candle that closed. */
export type TimeLabel = 'close' | 'open'

/** Refuses an intent by throwing an AppError; its message is given the line. */
export type IntentCheck = (intent: Intent, signal: WrittenSignal) => void

/**
 * Reads a file of decisions that were made elsewhere.
 * @throws AppError BAD_SIGNALS naming file, line, column and value
 */
export function readSignals(file: string, text: string): WrittenSignals {
  const { rows, hasSymbols } = readTable(file, text)
  const signals = rows.map((row): WrittenSignal => {
    const symbol = hasSymbols ? symbolOf(file, row) : null
    const written = row.cells.time
    if (written === undefined) {
      throw refuseLine({ file, line: row.line }, 'there is no time', 'write the close, in UTC')
    }
    const time = readTime(placeOf(file, row, 'time'), written)
    return { line: row.line, written, time, symbol, intent: intentOf(file, row) }
  })
  const symbols = [...new Set(signals.flatMap(({ symbol }) => symbol ?? []))]
  return { file, signals, symbols: symbols.sort((a, b) => (a < b ? -1 : 1)) }
}

function symbolOf(file: string, row: SignalRow): string {
  const { symbol } = row.cells
  if (typeof symbol === 'string') return symbol
  const hint = 'name the symbol in every line, or in none'
  throw refuseLine({ file, line: row.line }, 'there is no symbol', hint)
}

/**
 * The decisions of each market, every one at a close that its candles have.
 * @throws AppError BAD_SIGNALS for another symbol, a time that is no close, a repeated time
 */
export function matchSignals(
  written: WrittenSignals,
  markets: readonly SignalMarket[],
  { timeLabel = 'close', check }: { timeLabel?: TimeLabel; check?: IntentCheck } = {},
): readonly SymbolSignals[] {
  const bySymbol = new Map(markets.map(market => [market.symbol, new Map<Millis, WrittenSignal>()]))
  const opensOf = new Map(markets.map(({ symbol, candles }) => [symbol, new Set(candles.time)]))
  for (const signal of written.signals) {
    const market = marketOf(written.file, signal, markets)
    const close = closeOf(written.file, signal, {
      market,
      timeLabel,
      opens: opensOf.get(market.symbol)!,
    })
    const said = bySymbol.get(market.symbol)!
    const before = said.get(close)
    if (before !== undefined) throw repeated(written.file, signal, before)
    checkOne(written.file, signal, check)
    said.set(close, signal)
  }
  return markets.map(({ symbol }) => {
    const decisions = [...bySymbol.get(symbol)!].map(([time, { intent }]) => ({ time, intent }))
    return { symbol, decisions: decisions.sort((a, b) => a.time - b.time) }
  })
}

function marketOf(
  file: string,
  { line, symbol }: WrittenSignal,
  markets: readonly SignalMarket[],
): SignalMarket {
  if (symbol === null) {
    if (markets.length === 1) return markets[0]!
    const hint = 'add a column symbol, or run one symbol'
    throw refuseLine(
      { file, line },
      `the run has ${markets.length} symbols, and none is named`,
      hint,
    )
  }
  const market = markets.find(other => other.symbol === symbol)
  if (market !== undefined) return market
  const known = markets.map(other => other.symbol)
  const hint = namesHint(symbol, known, 'symbols of this run')
  const place = { file, line, column: 'symbol' }
  throw refuseCell(place, symbol, { problem: 'is no symbol of this run', hint })
}

interface Matching {
  readonly market: SignalMarket
  readonly timeLabel: TimeLabel
  readonly opens: ReadonlySet<Millis>
}

function closeOf(
  file: string,
  signal: WrittenSignal,
  { market, timeLabel, opens }: Matching,
): Millis {
  const { timeframeMs, time } = market.candles
  const open = timeLabel === 'open' ? signal.time : signal.time - timeframeMs
  if (opens.has(open)) return open + timeframeMs
  const name = `${market.symbol} ${timeframeName(timeframeMs)}`
  const shift = timeLabel === 'open' ? 0 : timeframeMs
  const first = formatTime(time[0]! + shift)
  const last = formatTime(time[time.length - 1]! + shift)
  const what = timeLabel === 'open' ? 'open' : 'close'
  const place = { file, line: signal.line, column: 'time' }
  const isOutside = open < time[0]! || open > time[time.length - 1]!
  throw refuseCell(place, signal.written, {
    problem: `is no ${what} of ${name}, whose ${what}s are from ${first} to ${last}`,
    hint: isOutside
      ? `remove the line, or run candles that reach there${otherLabel(signal, opens, timeLabel)}`
      : `write the ${what} of a candle that is stored${otherLabel(signal, opens, timeLabel)}`,
  })
}

function otherLabel({ time }: WrittenSignal, opens: ReadonlySet<Millis>, label: TimeLabel): string {
  if (label === 'open' || !opens.has(time)) return ''
  return '; where times name the open of the candle, say --time-label open'
}

function repeated(file: string, { line, written }: WrittenSignal, before: WrittenSignal): AppError {
  const problem = `is the time of line ${before.line} too`
  const hint = 'keep one decision a close and symbol'
  return refuseCell({ file, line, column: 'time' }, written, { problem, hint })
}

function checkOne(file: string, signal: WrittenSignal, check: IntentCheck | undefined): void {
  try {
    check?.(signal.intent, signal)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    throw refuseLine({ file, line: signal.line }, error.message, error.hint)
  }
}
