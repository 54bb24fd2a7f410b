export type PriceRole = 'open' | 'high' | 'low' | 'close'
export const PRICE_ROLES: readonly PriceRole[] = ['open', 'high', 'low', 'close']

const PRICE_NAMES: Readonly<Record<PriceRole, RegExp>> = {
  open: /^(open|o|openprice|priceopen|openingprice)$/,
  high: /^(high|h|highprice|pricehigh|max)$/,
  low: /^(low|l|lowprice|pricelow|min)$/,
  close: /^(close|c|closeprice|priceclose|closingprice|closelast)$/,
}
const TIME_NAME = /^(t|ts|mts|index|start|begin|unix)$|time|date|unix|timestamp|^$/
const CLOSE_TIME_NAME = /^(closetime|closetimestamp|closedate|endtime|timeclose|closetimems)$/
const MONEY = /^(usd|usdt|usdc|busd|tusd|fdusd|dai|eur|gbp|jpy|chf|cad|aud|krw|try|brl|inr|rub)$/

/** A name without case, spaces and punctuation: `Volume_(BTC)` becomes `volumebtc`. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')
}

export function priceRoleOf(name: string): PriceRole | undefined {
  const plain = plainName(name)
  return PRICE_ROLES.find(role => PRICE_NAMES[role].test(plain))
}

/** Whether a row of names has all four prices: then it is a header. */
export function hasPrices(cells: readonly string[]): boolean {
  const found = new Set(cells.map(priceRoleOf))
  return PRICE_ROLES.every(role => found.has(role))
}

export function looksLikeName(cell: string): boolean {
  return /\p{L}/u.test(cell) && !/^(nan|null|none|inf|infinity)$/i.test(cell) && !/^\d/.test(cell)
}

export function isTimeName(name: string): boolean {
  const plain = plainName(name)
  return TIME_NAME.test(plain) && !CLOSE_TIME_NAME.test(plain)
}

export function isCloseTimeName(name: string): boolean {
  return CLOSE_TIME_NAME.test(plainName(name))
}

/** Whether names or prose say that times are UTC. */
export function saysUtc(text: string): boolean {
  return /\b(utc|gmt)\b/i.test(text.replaceAll('_', ' ')) && !/\b(utc|gmt) ?[+-]\d/i.test(text)
}

export type VolumeKind = 'base' | 'plain' | 'quote' | 'ticks' | 'unknown'

/**
 * What a volume column counts, by its name and the market's: of `BTC-USD`, `Volume BTC` is base
 * and `Volume USD` quote. Undefined for a column that is no volume.
 */
export function volumeKindOf(name: string, symbol: string): VolumeKind | undefined {
  const plain = plainName(name)
  if (/taker|buy|sell|bid|ask|count|trades|number|weighted|cvd|delta|avg|average/.test(plain))
    return undefined
  if (/^(volume|vol|v|amount|volumetraded)$/.test(plain)) return 'plain'
  if (/^(tickvolume|tickvol|ticks)$/.test(plain)) return 'ticks'
  if (
    /^(quoteassetvolume|quotevolume|volumequote|quotevol|turnover|volumeto|volumecurrency|quoteamount|notional|qav)$/.test(
      plain,
    )
  )
    return 'quote'
  if (/^(basevolume|volumebase|baseassetvolume|volumefrom|volumecoin|basevol)$/.test(plain))
    return 'base'
  const asset = /^(?:volume|vol)(.+)$|^(.+?)(?:volume|vol)$/.exec(plain)
  if (!asset) return undefined
  return assetKind(asset[1] ?? asset[2]!, symbol)
}

function assetKind(asset: string, symbol: string): VolumeKind {
  const market = plainName(symbol)
  if (market.startsWith(asset)) return 'base'
  if (market.endsWith(asset)) return 'quote'
  return MONEY.test(asset) ? 'quote' : 'unknown'
}
