/** A token that the world trades. */
export interface WorldToken {
  readonly mint: string
  readonly symbol: string
  readonly decimals: number
  readonly program: string
}

const BPS = 10_000n

/** A pool of two tokens, whose product stays the same but for its fee. */
export class Pool {
  readonly key: string
  readonly label = 'Stand-in'
  readonly feeBps: bigint
  readonly reserves: Map<string, bigint>

  constructor(key: string, reserves: ReadonlyMap<string, bigint>, feeBps = 4) {
    this.key = key
    this.reserves = new Map(reserves)
    this.feeBps = BigInt(feeBps)
  }

  has(mint: string): boolean {
    return this.reserves.has(mint)
  }

  other(mint: string): string {
    return [...this.reserves.keys()].find(key => key !== mint)!
  }

  /** What an amount of a token brings of the other, rounded down. */
  outFor(mint: string, amount: bigint): bigint {
    const [x, y] = [this.reserves.get(mint)!, this.reserves.get(this.other(mint))!]
    const paid = amount * (BPS - this.feeBps)
    return (y * paid) / (x * BPS + paid)
  }

  /** What an amount would bring at the price in between, without fee or impact. */
  worthOf(mint: string, amount: bigint): bigint {
    return (amount * this.reserves.get(this.other(mint))!) / this.reserves.get(mint)!
  }

  /** Trades. @returns how to take it back, with what has been traded since kept */
  trade(mint: string, given: bigint, taken: bigint): () => void {
    this.change(mint, given, taken)
    return () => this.change(mint, -given, -taken)
  }

  /** Moves the price of a token, in the other, by some bps. */
  movePrice(mint: string, bps: number): void {
    const other = this.other(mint)
    const reserve = this.reserves.get(other)!
    this.reserves.set(other, reserve + (reserve * BigInt(bps)) / BPS)
  }

  private change(mint: string, given: bigint, taken: bigint): void {
    const other = this.other(mint)
    this.reserves.set(mint, this.reserves.get(mint)! + given)
    this.reserves.set(other, this.reserves.get(other)! - taken)
  }
}
