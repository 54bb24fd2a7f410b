import { z } from 'zod'
import { AppError } from '../../../core/errors.js'
import { nearestName } from '../../../core/names.js'
import type { Millis } from '../../../core/candles/time.js'
import { readSettings, writeSettings } from '../../files/settings-file.js'
import type { CandleSource } from '../source.js'
import { BUNDLED_SYMBOLS } from './bundled-symbols.js'
import { ACCOUNT_ADDRESS, type DatedName, type SymbolEntry } from './symbol-entry.js'

/** Symbols by their name: those that Assay brings, and over them those of the user. */
export interface SymbolMap {
  readonly file: string
  list(): readonly MappedSymbol[]
  find(symbol: string): SymbolEntry | undefined
  /** Symbols that a source has a name for. */
  of(source: string): readonly string[]
  /** Keeps an entry in the user's file. @throws AppError DISK */
  put(symbol: string, entry: SymbolEntry): void
}

/** An entry, and whether it stands in the user's file. */
export interface MappedSymbol {
  readonly symbol: string
  readonly entry: SymbolEntry
  readonly isOwn: boolean
}

const coin = z.strictObject({
  symbol: z.string().min(1),
  mint: z.string().regex(ACCOUNT_ADDRESS, 'expected the address of an account').exactOptional(),
  decimals: z.int().min(0).max(18).exactOptional(),
})
const name = z.string().regex(/^[^\s?&#]+$/, 'expected a name without spaces')
const time = z.string().refine(text => Number.isFinite(Date.parse(text)), 'expected a date')
const dated = z.strictObject({ name, from: time.exactOptional(), until: time.exactOptional() })
const names = z
  .array(dated)
  .min(1)
  .refine(inTurn, 'expected names that follow each other, without overlap')
const entry = z.strictObject({
  base: coin,
  quote: coin,
  sources: z.record(z.string(), z.union([name, names])),
  default: z.string().exactOptional(),
})
const file = z.record(z.string(), entry)
const HINT = 'docs/sources.md shows an entry; assay symbols add writes one; or move the file away'

function inTurn(list: readonly DatedName[]): boolean {
  return list.every((one, i) => i === 0 || startOf(one) >= endOf(list[i - 1]!))
}

function startOf({ from }: DatedName): Millis {
  return from === undefined ? -Infinity : Date.parse(from)
}

function endOf({ until }: DatedName): Millis {
  return until === undefined ? Infinity : Date.parse(until)
}

/**
 * The map, with the user's file over what Assay brings.
 * @param path the user's file, which need not exist
 * @throws AppError INVALID_CONFIG that names the wrong key
 */
export function readSymbolMap(path: string): SymbolMap {
  const own = new Map<string, SymbolEntry>(Object.entries(readSettings(path, file, HINT) ?? {}))
  const find = (symbol: string): SymbolEntry | undefined => {
    const isBundled = Object.hasOwn(BUNDLED_SYMBOLS, symbol)
    return own.get(symbol) ?? (isBundled ? BUNDLED_SYMBOLS[symbol] : undefined)
  }
  const all = (): string[] => [...new Set([...Object.keys(BUNDLED_SYMBOLS), ...own.keys()])].sort()
  return {
    file: path,
    find,
    list: () => all().map(symbol => ({ symbol, entry: find(symbol)!, isOwn: own.has(symbol) })),
    of: source => all().filter(symbol => find(symbol)!.sources[source] !== undefined),
    put: (symbol, added) => {
      own.set(symbol, added)
      writeSettings(path, Object.fromEntries(own))
    },
  }
}

/** Both coins with a stroke between, as programs that know many exchanges write it. */
function unifiedName({ base, quote }: SymbolEntry): string {
  return `${base.symbol}/${quote.symbol}`
}

/** What a market is called at a source, in the order of time. */
export function namesOf(named: string | readonly DatedName[]): readonly DatedName[] {
  return typeof named === 'string' ? [{ name: named }] : named
}

/**
 * What a symbol is called at a source.
 * @throws AppError UNKNOWN_MARKET with near names, and how to add one
 */
export function marketAt(
  map: SymbolMap,
  symbol: string,
  { name: source, named: kind }: Pick<CandleSource, 'name' | 'named'>,
): { readonly names: readonly DatedName[]; readonly entry: SymbolEntry } {
  const found = map.find(symbol)
  const own = found?.sources[source]
  const named = own ?? (kind === 'unified' && found !== undefined ? unifiedName(found) : undefined)
  if (found !== undefined && named !== undefined) return { names: namesOf(named), entry: found }
  const meant = nearestName(symbol, map.of(source))
  const question = meant === undefined ? '' : `; did you mean ${meant}?`
  const elsewhere = Object.keys(found?.sources ?? {})
  const known = elsewhere.length === 0 ? '' : `; it is known at ${elsewhere.join(', ')}`
  throw new AppError('UNKNOWN_MARKET', `${symbol} has no name at ${source}${known}${question}`, {
    hint: `give it one: assay symbols add ${symbol} --at ${source}=NAME`,
    data: { symbol, source, meant, known: elsewhere },
  })
}
