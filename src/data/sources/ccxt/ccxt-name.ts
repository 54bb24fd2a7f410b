/** The exchange of a name such as `ccxt:kucoin`, or as it is stored, `ccxt-kucoin`. */
export function ccxtId(name: string): string | undefined {
  return /^ccxt[:-]([a-z0-9]+)$/.exec(name.trim().toLowerCase())?.[1]
}

/** As candles of that exchange are stored, and named behind an @. */
export function ccxtName(id: string): string {
  return `ccxt-${id}`
}
