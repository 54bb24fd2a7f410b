import { AppError } from '../errors.js'
import { timeframeMs, timeframeName } from './time.js'

/** Letters and digits first, so that no name is read as a flag or a folder. */
const SYMBOL = /^\.?[A-Z0-9][A-Z0-9._/:-]{0,38}$/
const SOURCE = /^[a-z][a-z0-9-]{0,30}$/

/** The source of candles that were imported from files. */
export const FILE_SOURCE = 'file'

/** Sources that have prices alone: their candles are built here, of what was polled. */
const POLLED_SOURCES: readonly string[] = ['jupiter']

/** Whether candles of a source are built of polled prices: few in each, and without volume. */
export function isPolledSource(source: string | undefined): boolean {
  return source !== undefined && POLLED_SOURCES.includes(source)
}

/**
 * A symbol as it is stored: trimmed and in upper case, so that `sol-usdc` finds `SOL-USDC`. A source
 * behind an @ stays, in lower case.
 * @throws AppError INVALID_SYMBOL
 */
function parseSymbol(text: string): string {
  const written = writtenSymbol(text.trim())
  const [symbol = '', source, ...rest] = written.split('@')
  const isRight = SYMBOL.test(symbol) && !symbol.includes('..') && rest.length === 0
  if (isRight && (source === undefined || SOURCE.test(source))) return written
  throw invalidSymbol(text)
}

/** A symbol in capitals, its source in lower case, whether it is a right one or not. */
export function writtenSymbol(text: string): string {
  const [symbol = '', ...source] = text.split('@')
  return [symbol.toUpperCase(), ...source.map(name => name.toLowerCase())].join('@')
}

function invalidSymbol(text: string): AppError {
  return new AppError('INVALID_SYMBOL', `symbol "${text}" is not a name for a market`, {
    hint: 'use up to 40 letters, digits and . _ / : -, a letter or digit first, for example SOL-USDC or SOL/USDT:USDT; a source follows an @: SOL-USDC@binance',
  })
}

/** A data set's name with both parts in their stored form: `60m` is `1h`. */
export function parseKey(
  symbol: string,
  timeframe: string,
): { readonly symbol: string; readonly timeframe: string } {
  return { symbol: parseSymbol(symbol), timeframe: timeframeName(timeframeMs(timeframe.trim())) }
}

/** What a market is counted in: `USDC` of `SOL-USDC`; `quote currency` where the symbol does not say. */
export function quoteOf(symbol: string): string {
  const quote = /^[^-/+]+[-/]([A-Z0-9]{2,6})(?::[A-Z0-9]+)?(?:@[^+]+)?$/.exec(symbol)?.[1]
  return quote ?? 'quote currency'
}

/** A parsed name in its parts: the source is undefined where none was named. */
export function splitSymbol(name: string): {
  readonly symbol: string
  readonly source: string | undefined
} {
  const [symbol = '', source] = name.split('@')
  return { symbol, source }
}

/** The key under which an import of that name is stored. */
export function importedKey(name: { readonly symbol: string; readonly timeframe: string }): {
  readonly symbol: string
  readonly timeframe: string
  readonly source: string
} {
  const { symbol, source = FILE_SOURCE } = splitSymbol(name.symbol)
  return { symbol, timeframe: name.timeframe, source }
}

/** The name of candles whose source is known beside their symbol, as in a stored manifest. */
export function sourcedSymbol(named: {
  readonly symbol: string
  readonly source?: string
}): string {
  const { symbol, source = named.source } = splitSymbol(named.symbol)
  return source === undefined ? symbol : `${symbol}@${source}`
}

/** What names a data set whatever else is stored: `SOL-USDC@binance`, or `SOL-USDC` for imports. */
export function symbolOf({
  symbol,
  source,
}: {
  readonly symbol: string
  readonly source: string
}): string {
  return source === FILE_SOURCE ? symbol : `${symbol}@${source}`
}
