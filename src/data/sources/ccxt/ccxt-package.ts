import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { AppError } from '../../../core/errors.js'
import { nearestName } from '../../../core/names.js'

/** What is used of an exchange of the package: https://docs.ccxt.com, unified API. */
export interface CcxtExchange {
  readonly name?: string
  /** The least time between two requests, milliseconds. */
  readonly rateLimit?: number
  readonly timeframes?: Readonly<Record<string, unknown>>
  readonly has?: { readonly fetchOHLCV?: unknown }
  readonly features?: {
    readonly spot?: { readonly fetchOHLCV?: { readonly limit?: number } } | null
  }
  httpsProxy?: string
  fetchOHLCV(
    symbol: string,
    timeframe: string,
    since: number,
    limit: number,
    params: Readonly<Record<string, unknown>>,
  ): Promise<readonly (readonly (number | null | undefined)[])[]>
}

/** The package as it is installed. */
export interface CcxtPackage {
  /** As its own package file says. */
  readonly version: string
  /** @throws AppError UNKNOWN_SOURCE with near names */
  readonly exchange: (id: string) => CcxtExchange
}

type Constructors = Readonly<Record<string, unknown>> & { readonly exchanges?: readonly string[] }

/**
 * Loads the package `ccxt`, which Assay does not bring: from a folder of the user's, else from beside
 * Assay.
 * @throws AppError UNKNOWN_SOURCE where it is not installed, or does not load
 */
export async function loadCcxt(folder: string): Promise<CcxtPackage> {
  const path = resolved(join(folder, 'package.json')) ?? resolved(import.meta.url)
  if (path === undefined) {
    throw new AppError('UNKNOWN_SOURCE', 'the package ccxt is not installed', {
      hint: 'install it in this folder: npm install ccxt; the sources of assay data sources need none',
    })
  }
  const loaded = await load(path)
  const all = (loaded.default ?? loaded) as Constructors
  return { version: versionOf(path), exchange: id => made(all, id) }
}

function resolved(from: string): string | undefined {
  try {
    return createRequire(from).resolve('ccxt')
  } catch {
    return undefined
  }
}

async function load(path: string): Promise<{ readonly default?: unknown }> {
  try {
    return (await import(pathToFileURL(path).href)) as { readonly default?: unknown }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new AppError('UNKNOWN_SOURCE', `the package ccxt does not load: ${reason}`, {
      hint: `install it again: npm install ccxt; it was found at ${path}`,
      cause: error,
    })
  }
}

/** Of the nearest package file above it that is ccxt's. */
function versionOf(path: string): string {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
    try {
      const text = readFileSync(join(folder, 'package.json'), 'utf8')
      const { name, version } = JSON.parse(text) as { name?: string; version?: string }
      if (name === 'ccxt' && version !== undefined) return version
    } catch {
      // The next folder above.
    }
  }
  return 'unknown'
}

function made(all: Constructors, id: string): CcxtExchange {
  const names = all.exchanges ?? Object.keys(all)
  const Exchange = names.includes(id) ? all[id] : undefined
  if (typeof Exchange === 'function') {
    return new (Exchange as new (config: object) => CcxtExchange)({ enableRateLimit: true })
  }
  const meant = nearestName(id, names)
  const question = meant === undefined ? '' : `; did you mean ccxt:${meant}?`
  throw new AppError('UNKNOWN_SOURCE', `ccxt has no exchange "${id}"${question}`, {
    hint: 'its ids are listed at https://docs.ccxt.com, for example ccxt:kucoin',
    data: { exchange: id, meant },
  })
}
