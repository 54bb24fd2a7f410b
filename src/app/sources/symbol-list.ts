import { FILE_SOURCE, isPolledSource, parseKey, splitSymbol } from '../../core/candles/symbols.js'
import { AppError } from '../../core/errors.js'
import { ccxtId, ccxtName } from '../../data/sources/ccxt/ccxt-name.js'
import { sourceNamed } from '../../data/sources/sources.js'
import {
  ACCOUNT_ADDRESS,
  type Coin,
  type SymbolEntry,
} from '../../data/sources/symbols/symbol-entry.js'
import { namesOf } from '../../data/sources/symbols/symbol-map.js'
import type { MappedSymbol } from '../../data/sources/symbols/symbol-map.js'
import { listOption, textOption, type Optional } from '../options/options.js'
import type { Workspace } from '../workspace/compose.js'

/** A name to be kept for a symbol. */
export type AddSymbolOptions = { readonly symbol: string } & Optional<{
  /** Names at sources, each `source=name`. */
  at: readonly string[]
  /** Mint accounts on Solana. */
  baseMint: string
  quoteMint: string
  /** Digits of their base units. */
  baseDecimals: string
  quoteDecimals: string
  /** The source that the symbol alone stands for. */
  default: string
}>

/**
 * Adds to what a symbol is called, in the user's own file. What is not named stays as it is.
 * @throws AppError USAGE, INVALID_SYMBOL, UNKNOWN_SOURCE, INVALID_CONFIG
 */
export async function addSymbol(
  workspace: Workspace,
  options: AddSymbolOptions,
): Promise<{ readonly added: MappedSymbol; readonly file: string }> {
  const map = await workspace.symbols()
  const { symbol } = splitSymbol(parseKey(options.symbol, '1m').symbol)
  const entry = changed(map.find(symbol) ?? newEntry(symbol), options)
  map.put(symbol, entry)
  return { added: { symbol, entry, isOwn: true }, file: map.file }
}

function newEntry(symbol: string): SymbolEntry {
  const [base = '', quote = '', ...rest] = symbol.split(/[-/]/)
  if (base !== '' && quote !== '' && rest.length === 0) {
    return { base: { symbol: base }, quote: { symbol: quote }, sources: {} }
  }
  throw new AppError('USAGE', `symbol "${symbol}" is not a base and a quote`, {
    hint: 'write it as BASE-QUOTE, for example SOL-USDC',
  })
}

function changed(entry: SymbolEntry, options: AddSymbolOptions): SymbolEntry {
  const names = Object.fromEntries(listOption(options, 'at').map(namedAt))
  const given = textOption(options, 'default')
  const base = coinOf(entry.base, options, 'base')
  const quote = coinOf(entry.quote, options, 'quote')
  if (
    given === undefined &&
    Object.keys(names).length === 0 &&
    base === entry.base &&
    quote === entry.quote
  ) {
    throw new AppError('USAGE', 'nothing is said of the symbol', {
      hint: 'give --at SOURCE=NAME, --default SOURCE, --base-mint or --quote-mint',
    })
  }
  const sources = { ...entry.sources, ...names }
  return {
    base,
    quote,
    sources,
    ...(given === undefined ? defaultOf(entry) : { default: knownSource(given) }),
  }
}

function defaultOf(entry: SymbolEntry): Pick<SymbolEntry, 'default'> {
  return entry.default === undefined ? {} : { default: entry.default }
}

/** Candles of files have a source too. */
function knownSource(name: string): string {
  const isOther = name === FILE_SOURCE || isPolledSource(name)
  return isOther ? name : storedName(name)
}

function namedAt(text: string): readonly [string, string] {
  const at = text.indexOf('=')
  const [source, name] = [text.slice(0, at).trim(), text.slice(at + 1).trim()]
  if (at < 1 || name === '' || /[\s?&#]/.test(name)) {
    throw new AppError('USAGE', `--at "${text}" is not SOURCE=NAME`, {
      hint: 'for example --at binance=SOLUSDC',
    })
  }
  return [storedName(source), name]
}

/** What candles of a source are stored under. @throws AppError UNKNOWN_SOURCE */
function storedName(source: string): string {
  const exchange = ccxtId(source)
  return exchange === undefined ? sourceNamed(source).name : ccxtName(exchange)
}

function coinOf(coin: Coin, options: AddSymbolOptions, side: 'base' | 'quote'): Coin {
  const mint = textOption(options, `${side}Mint`)
  const decimals = textOption(options, `${side}Decimals`)
  if (mint === undefined && decimals === undefined) return coin
  if (mint !== undefined && !ACCOUNT_ADDRESS.test(mint)) {
    throw new AppError('USAGE', `--${side}-mint "${mint}" is not the address of an account`, {
      hint: 'it has 32 to 44 letters and digits, as explorers show it',
    })
  }
  if (decimals !== undefined && !/^(\d|1[0-8])$/.test(decimals)) {
    throw new AppError(
      'USAGE',
      `--${side}-decimals "${decimals}" is not a whole number from 0 to 18`,
      {
        hint: 'SOL has 9, USDC has 6',
      },
    )
  }
  return {
    ...coin,
    ...(mint !== undefined && { mint }),
    ...(decimals !== undefined && { decimals: Number(decimals) }),
  }
}

/** Names at sources in a row: `binance SOLUSDC, okx SOL-USDC`. */
export function namesText({ sources }: SymbolEntry, only: string | undefined): string {
  return Object.entries(sources)
    .filter(([source]) => only === undefined || source === only)
    .map(
      ([source, named]) =>
        `${source} ${namesOf(named)
          .map(({ name }) => name)
          .join(' > ')}`,
    )
    .join(', ')
}
