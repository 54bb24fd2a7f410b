import type { Coin, SymbolEntry } from './symbol-entry.js'

/** Coins on Solana by their mint accounts; others by their name alone. */
const COINS: Readonly<Record<string, Coin>> = {
  SOL: { symbol: 'SOL', mint: 'So11111111111111111111111111111111111111112', decimals: 9 },
  USDC: { symbol: 'USDC', mint: 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v', decimals: 6 },
  USDT: { symbol: 'USDT', mint: 'Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB', decimals: 6 },
}

const BASES = [
  'ADA',
  'AVAX',
  'BNB',
  'BTC',
  'DOGE',
  'DOT',
  'ETH',
  'LINK',
  'LTC',
  'NEAR',
  'SOL',
  'SUI',
  'XRP',
] as const
const QUOTES = ['USDC', 'USDT'] as const

/** At Kraken some coins have names of their own. */
const KRAKEN: Readonly<Record<string, string>> = { BTC: 'XBT', DOGE: 'XDG' }

function entryOf(base: string, quote: string): SymbolEntry {
  const isOwnCoin = base === 'BNB'
  const sources: Readonly<Record<string, string>> = {
    binance: base + quote,
    bybit: base + quote,
    ...(!isOwnCoin && { okx: `${base}-${quote}`, kraken: (KRAKEN[base] ?? base) + quote }),
    // One book serves dollars and USDC.
    ...(!isOwnCoin && quote === 'USDC' && inDollars(base)),
    ...(base === 'SOL' && { birdeye: COINS['SOL']!.mint! }),
  }
  return { base: coinOf(base), quote: coinOf(quote), sources }
}

function inDollars(base: string): Readonly<Record<string, string>> {
  return { coinbase: `${base}-USD`, 'coinbase-advanced': `${base}-USD` }
}

function coinOf(symbol: string): Coin {
  return COINS[symbol] ?? { symbol }
}

/** The symbols that Assay knows without being told. */
export const BUNDLED_SYMBOLS: Readonly<Record<string, SymbolEntry>> = Object.fromEntries(
  BASES.flatMap(base => QUOTES.map(quote => [`${base}-${quote}`, entryOf(base, quote)] as const)),
)
