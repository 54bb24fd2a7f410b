import { AppError } from '../../core/errors.js'
import { nearestName } from '../../core/names.js'
import { binance } from './adapters/binance.js'
import { birdeye } from './adapters/birdeye.js'
import { bybit } from './adapters/bybit.js'
import { coinbaseAdvanced } from './adapters/coinbase-advanced.js'
import { coinbase } from './adapters/coinbase.js'
import { geckoterminal } from './adapters/geckoterminal.js'
import { jupiterPrice } from './adapters/jupiter-price.js'
import { kraken } from './adapters/kraken.js'
import { okx } from './adapters/okx.js'
import { ccxtId } from './ccxt/ccxt-name.js'
import type { PriceSource } from './prices/price-source.js'
import type { CandleSource } from './source.js'

/** All sources of candles, by name. */
export const SOURCES: readonly CandleSource[] = [
  binance,
  birdeye,
  bybit,
  coinbase,
  coinbaseAdvanced,
  geckoterminal,
  kraken,
  okx,
]

/** All sources of prices, of which candles are built as they are polled. */
export const PRICE_SOURCES: readonly PriceSource[] = [jupiterPrice]

/** A source of prices; undefined where the name is of none. */
export function priceSourceNamed(name: string): PriceSource | undefined {
  return PRICE_SOURCES.find(source => source.name === name.trim().toLowerCase())
}

/**
 * The source of a name; one through ccxt is loaded with that package.
 * @param from where the package is looked for, and the proxy that it uses
 * @throws AppError UNKNOWN_SOURCE
 */
export async function openSource(
  name: string,
  from: { readonly folder: string; readonly proxy?: string | undefined },
): Promise<CandleSource> {
  const exchange = ccxtId(name)
  if (exchange === undefined) return sourceNamed(name)
  const { ccxtSource } = await import('./ccxt/ccxt-source.js')
  return ccxtSource(exchange, from)
}

/** @throws AppError UNKNOWN_SOURCE, also for a source that has prices alone */
export function sourceNamed(name: string): CandleSource {
  const wanted = name.trim().toLowerCase()
  const found = SOURCES.find(source => source.name === wanted)
  if (found !== undefined) return found
  const prices = priceSourceNamed(name)
  if (prices !== undefined) throw pricesAlone(prices)
  const names = [...SOURCES, ...PRICE_SOURCES].map(source => source.name)
  const meant = nearestName(wanted, names)
  const question = meant === undefined ? '' : `; did you mean ${meant}?`
  throw new AppError('UNKNOWN_SOURCE', `source "${name}" is not known${question}`, {
    hint: `there are ${names.join(', ')}; assay data sources shows what each has`,
    data: { source: name, known: names },
  })
}

function pricesAlone({ name, title }: PriceSource): AppError {
  return new AppError(
    'UNKNOWN_SOURCE',
    `${title} has the price of now, and no candles of the past`,
    {
      hint: `candles are built of it while it is watched: assay data watch SYMBOL --timeframe 1m --source ${name} --store`,
      data: { source: name },
    },
  )
}
