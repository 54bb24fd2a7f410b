import { AppError } from '../../core/errors.js'
import { nearestName } from '../../core/names.js'
import { binance } from './adapters/binance.js'
import { birdeye } from './adapters/birdeye.js'
import { bybit } from './adapters/bybit.js'
import { coinbase } from './adapters/coinbase.js'
import { geckoterminal } from './adapters/geckoterminal.js'
import { kraken } from './adapters/kraken.js'
import { okx } from './adapters/okx.js'
import type { CandleSource } from './source.js'

/** All sources of candles, by name. */
export const SOURCES: readonly CandleSource[] = [
  binance,
  birdeye,
  bybit,
  coinbase,
  geckoterminal,
  kraken,
  okx,
]

/** @throws AppError UNKNOWN_SOURCE */
export function sourceNamed(name: string): CandleSource {
  const wanted = name.trim().toLowerCase()
  const found = SOURCES.find(source => source.name === wanted)
  if (found !== undefined) return found
  const names = SOURCES.map(source => source.name)
  const meant = nearestName(wanted, names)
  const question = meant === undefined ? '' : `; did you mean ${meant}?`
  throw new AppError('UNKNOWN_SOURCE', `source "${name}" is not known${question}`, {
    hint: `there are ${names.join(', ')}; assay data sources shows what each has`,
    data: { source: name, known: names },
  })
}
