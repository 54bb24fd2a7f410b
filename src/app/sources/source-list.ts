import { PRICE_SOURCES, SOURCES } from '../../data/sources/sources.js'

/** What a source has, as `assay data sources` shows it. */
export interface ListedSource {
  readonly name: string
  readonly title: string
  readonly address: string
  readonly timeframes: readonly string[]
  /** Requests in a second. */
  readonly limit: number
  /** Most candles in an answer. */
  readonly page: number
  /** Candles back from now; null for all since the market began. */
  readonly depth: number | null
  readonly volume: 'base' | 'usd'
  /** The environment variable of its key; null where it needs none. */
  readonly key: string | null
  readonly archives: boolean
  /** Whether it has a stream that tells closes. */
  readonly stream: boolean
  readonly adapter: number
}

/** A source of prices, of which candles are built while it is watched. */
export interface ListedPriceSource {
  readonly name: string
  readonly title: string
  readonly address: string
  /** Requests in a second, without a key. */
  readonly limit: number
  /** How often it is polled. */
  readonly poll_ms: number
  /** The environment variable of a key that it does without. */
  readonly key: string
  readonly adapter: number
}

/** Sources of prices, by name. */
export function listPriceSources(): readonly ListedPriceSource[] {
  return PRICE_SOURCES.map(source => {
    const { requests, perMs } = source.limits(false)
    return {
      name: source.name,
      title: source.title,
      address: source.address,
      limit: (requests / perMs) * 1000,
      poll_ms: source.pollMs,
      key: source.key.variable,
      adapter: source.version,
    }
  })
}

/** All sources of candles, by name. */
export function listSources(): readonly ListedSource[] {
  return SOURCES.map(
    ({ name, title, address, timeframes, limits, page, depth, volume, ...own }) => ({
      name,
      title,
      address,
      timeframes,
      limit: (limits.requests / limits.perMs) * 1000,
      page,
      depth,
      volume,
      key: own.key?.variable ?? null,
      archives: own.archive !== undefined,
      stream: own.stream !== undefined,
      adapter: own.version,
    }),
  )
}
