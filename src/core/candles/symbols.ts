import { AppError } from '../errors.js'
import { timeframeMs, timeframeName } from './time.js'

/** Letters and digits first, so that no name is read as a flag or a folder. */
const SYMBOL = /^\.?[A-Z0-9][A-Z0-9._/:-]{0,38}$/

/**
 * A symbol as it is stored: trimmed and in upper case, so that `sol-usdc` finds `SOL-USDC`.
 * @throws AppError INVALID_SYMBOL
 */
function parseSymbol(text: string): string {
  const symbol = text.trim().toUpperCase()
  if (SYMBOL.test(symbol) && !symbol.includes('..')) return symbol
  throw new AppError('INVALID_SYMBOL', `symbol "${text}" is not a name for a market`, {
    hint: 'use up to 40 letters, digits and . _ / : -, a letter or digit first, for example SOL-USDC or SOL/USDT:USDT',
  })
}

/** A data set's key with both names in their stored form: `60m` is `1h`. */
export function parseKey(
  symbol: string,
  timeframe: string,
): { readonly symbol: string; readonly timeframe: string } {
  return { symbol: parseSymbol(symbol), timeframe: timeframeName(timeframeMs(timeframe.trim())) }
}

/** What a market is counted in: `USDC` of `SOL-USDC`; `quote currency` where the symbol does not say. */
export function quoteOf(symbol: string): string {
  const quote = /^[^-/+]+[-/]([A-Z0-9]{2,6})(?::[A-Z0-9]+)?$/.exec(symbol)?.[1]
  return quote ?? 'quote currency'
}
