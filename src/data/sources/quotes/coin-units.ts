/** A coin as amounts of it are counted. */
export interface QuotedCoin {
  readonly mint: string
  readonly decimals: number
}

/** Whole base units of a size, exactly: sizes have few decimals. */
export function unitsOf(size: number, decimals: number): bigint {
  const [whole = '0', rest = ''] = size.toFixed(decimals).split('.')
  return BigInt(whole + rest)
}

/** An amount in coins, as near as a number comes. */
export function coinsOf(amount: bigint, decimals: number): number {
  return Number(amount) / 10 ** decimals
}
