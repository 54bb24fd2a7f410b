import { plainName } from './column-names.js'
import { LOCALISED_MONEY, LOCALISED_PIECES, LOCALISED_VOLUMES } from './localised-names.js'
import { isMoney, pairOf } from './markets.js'

export type VolumeKind = 'base' | 'plain' | 'quote' | 'ticks' | 'unknown'

const PLAIN = /^(volume|vol|v|amount|volumetraded|tradedvolume|qty|quantity|size)$/
const TICKS = /^(tickvolume|tickvol|ticks|vticks)$/
const QUOTE =
  /^(quoteassetvolume|quotevolume|volumequote|quotevol|volquote|turnover|volumeto|volumecurrency|quoteamount|notional|qav|volccyquote|vusd|dollarvolume|candleacctradeprice|q|qv|tradevalue|money|volumeusd|usdvolume)$/
const BASE =
  /^(basevolume|volumebase|baseassetvolume|volumefrom|volumecoin|basevol|volbase|candleacctradevolume)$/
/** Parts of a volume, counts and averages: columns that are no volume of their candle. */
const OTHER =
  /taker|buy|sell|bid|ask|count|trades|number|weighted|cvd|delta|avg|average|change|profile|24h|cumulative|marketcap/
/** What indicators are called that stand beside a volume: `Volume MA`, `volume_fi`, `vol_sma_20`. */
const ASSET = /^(?:volume|vol)(.+)$|^(.+?)(?:volume|vol)$/

/**
 * What each column counts, by its name and the market's: of `BTC-USD`, `Volume BTC` is base and
 * `Volume USD` quote; names match whole. Undefined for a column that is no volume.
 */
export function volumeKindsOf(
  names: readonly string[],
  symbol: string,
): readonly (VolumeKind | undefined)[] {
  // Capitals beside small letters are parts: the takers' volumes in Binance's stream.
  return names.map(name =>
    /^[VQ]$/.test(name) && names.includes(name.toLowerCase())
      ? undefined
      : volumeKindOf(name, symbol),
  )
}

function volumeKindOf(name: string, symbol: string): VolumeKind | undefined {
  const plain = plainName(name)
  if (OTHER.test(plain)) return undefined
  if (PLAIN.test(plain) || LOCALISED_VOLUMES.has(plain)) return 'plain'
  if (TICKS.test(plain)) return 'ticks'
  if (QUOTE.test(plain) || LOCALISED_MONEY.has(plain)) return 'quote'
  if (BASE.test(plain) || LOCALISED_PIECES.has(plain)) return 'base'
  const asset = ASSET.exec(plain)
  return asset ? assetKind(asset[1] ?? asset[2]!, symbol) : undefined
}

function assetKind(asset: string, symbol: string): VolumeKind {
  const { base, quote } = pairOf(symbol)
  if (asset === base || asset === plainName(symbol)) return 'base'
  if (asset === quote || isMoney(asset)) return 'quote'
  return 'unknown'
}
