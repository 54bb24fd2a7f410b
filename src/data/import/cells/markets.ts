import { plainName } from './column-names.js'

/** The two sides of a market's name. */
interface Pair {
  readonly base: string
  /** Undefined where the name has one part, as that of a share. */
  readonly quote: string | undefined
}

const DOLLARS = /^(usd|usdt|usdc|busd|tusd|fdusd|dai|usde|usds|pyusd)$/
const MONEY =
  /^(usdt|usdc|busd|tusd|fdusd|usde|usds|pyusd|usd|dai|eur|gbp|jpy|chf|cad|aud|krw|try|brl|inr|rub|idr|mxn|zar)$/
const GLUED =
  /^(.{2,}?)(usdt|usdc|busd|tusd|fdusd|usde|usds|pyusd|usd|dai|eur|gbp|jpy|chf|cad|aud|krw|try|brl|inr|rub|idr|mxn|zar|btc|eth|bnb|sol)$/

/** Whether a name is that of money, coins that count as money among them. */
export function isMoney(asset: string): boolean {
  return MONEY.test(asset)
}

/**
 * The parts of a market's name, whoever writes it: `SOL-USDT`, `SOLUSDT`, `BINANCE:SOLUSDT.P`,
 * `X:SOLUSD`, `SOL/USDT:USDT`, `tSOLUSD`, `SOL_USDT`, `SOL-USDT-SWAP`, `XXBTZUSD`.
 */
export function pairOf(name: string): Pair {
  const text = name
    .trim()
    .toLowerCase()
    .replace(/[:]usd[tc]?(-\d+)?$|-(perp|swap)$|\.p$|[-_]?perpetual$/, '')
    .replace(/^[a-z]+:/, '')
  const parts = text.split(/[-/_. ]+/).filter(part => part !== '')
  if (parts.length === 2 && !(parts[0]!.length < 2)) {
    return { base: alias(parts[0]!), quote: alias(parts[1]!) }
  }
  const whole = plainName(text)
  const kraken = /^x([a-z]{3})z([a-z]{3})$/.exec(whole)
  if (kraken) return { base: alias(kraken[1]!), quote: kraken[2]! }
  const glued = GLUED.exec(/^t[A-Z]{6,}$/.test(name.trim()) ? whole.slice(1) : whole)
  return glued
    ? { base: alias(glued[1]!), quote: alias(glued[2]!) }
    : { base: alias(whole), quote: undefined }
}

function alias(asset: string): string {
  return asset === 'xbt' ? 'btc' : asset
}

/** How near a name in a file is to the market that it is to be stored as. */
export type Likeness = 'same' | 'dollars' | 'other'

/** @param text a market's name, or that of its coin alone */
export function likenessOf(text: string, symbol: string): Likeness {
  if (plainName(text) === plainName(symbol)) return 'same'
  const [said, asked] = [pairOf(text), pairOf(symbol)]
  if (plainName(text) === asked.base) return 'same'
  if (said.base !== asked.base) return 'other'
  if (said.quote === undefined || asked.quote === undefined || said.quote === asked.quote)
    return 'same'
  return DOLLARS.test(said.quote) && DOLLARS.test(asked.quote) ? 'dollars' : 'other'
}
