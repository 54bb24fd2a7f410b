import { localisedPriceOf } from './localised-names.js'
import { PRICE_ROLES, type PriceRole } from './price-roles.js'

const PRICE_NAMES: Readonly<Record<PriceRole, RegExp>> = {
  open: /^(open|o|openprice|priceopen|openingprice)$/,
  high: /^(high|h|highprice|pricehigh|max)$/,
  low: /^(low|l|lowprice|pricelow|min)$/,
  close: /^(close|c|closeprice|priceclose|closingprice|closelast)$/,
}
/** What stands for the close where no column has its name. */
const LAST_PRICE = /^(price|last|lastprice|tradeprice|latest)$/

/** A name without case, spaces and punctuation: `Volume_(BTC)` becomes `volumebtc`. */
export function plainName(name: string): string {
  return withoutNumbering(name)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}

/** `1. open` and `4a. close (USD)`, as Alpha Vantage counts its fields. */
function withoutNumbering(name: string): string {
  return name.replace(/^\d{1,2}[a-z]?\. /, '')
}

export function priceRoleOf(name: string): PriceRole | undefined {
  const plain = plainName(name)
  const plus = /^\s*\+ ?(haut|bas)/i.exec(name)
  if (plus) return plus[1]!.toLowerCase() === 'haut' ? 'high' : 'low'
  return PRICE_ROLES.find(role => PRICE_NAMES[role].test(plain)) ?? localisedPriceOf(plain)
}

/** The roles of a header's names; `Price` is the close where nothing else is and the others are there. */
export function priceRolesOf(names: readonly string[]): readonly (PriceRole | undefined)[] {
  // `L` beside `l` is the last trade of Binance's stream.
  const isCapital = (name: string): boolean =>
    /^[CHLO]$/.test(name) && names.includes(name.toLowerCase())
  const roles = names.map(name => (isCapital(name) ? undefined : priceRoleOf(name)))
  const lacksClose =
    !roles.includes('close') && ['open', 'high', 'low'].every(r => roles.includes(r as PriceRole))
  const last = lacksClose ? names.findIndex(name => LAST_PRICE.test(plainName(name))) : -1
  return last < 0 ? roles : roles.map((role, i) => (i === last ? 'close' : role))
}

/** Whether a row of names has all four prices: then it is a header. */
export function hasPrices(cells: readonly string[]): boolean {
  const found = new Set(priceRolesOf(cells))
  return PRICE_ROLES.every(role => found.has(role))
}

export function looksLikeName(cell: string): boolean {
  return /\p{L}/u.test(cell) && !/^(nan|null|none|inf|infinity)$/i.test(cell) && !/^\d/.test(cell)
}
