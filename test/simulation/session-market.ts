import type { CandleRow } from '../../src/core/ports/market/candles.js'
import type { Rng } from '../../src/core/random.js'

export const MINUTE = 60_000
const STEPS = 6
export const STEP_MS = MINUTE / STEPS

/** A price that walks at random, the same for everybody who looks, and its candles. */
export class SessionMarket {
  readonly start: number
  private readonly prices: number[]
  private readonly rng: Rng
  private readonly leap: () => number

  /** It begins at a price, dollars. */
  constructor(
    { start, price }: { readonly start: number; readonly price: number },
    rng: Rng,
    leap: () => number,
  ) {
    this.start = start
    this.rng = rng
    this.leap = leap
    this.prices = [price]
  }

  /** The price of a moment, dollars. */
  at(time: number): number {
    return this.step(Math.max(0, Math.floor((time - this.start) / STEP_MS)))
  }

  /** The candle that opens at a time. */
  candle(time: number): CandleRow {
    const first = Math.round((time - this.start) / STEP_MS)
    const prices = Array.from({ length: STEPS + 1 }, (_, k) => this.step(first + k))
    const [open, close] = [prices[0]!, prices[STEPS]!]
    const values = { open, high: Math.max(...prices), low: Math.min(...prices), close, volume: 1 }
    const texts = Object.entries(values).map(([name, value]) => [name, String(value)])
    return { time, ...(Object.fromEntries(texts) as Omit<CandleRow, 'time'>) }
  }

  private step(k: number): number {
    while (this.prices.length <= k) {
      const isLeap = this.rng.next() < this.leap() / STEPS
      const most = isLeap ? 0.03 : 0.003
      const next = this.prices.at(-1)! * (1 + (this.rng.next() * 2 - 1) * most)
      this.prices.push(Math.round(next * 1e4) / 1e4)
    }
    return this.prices[k]!
  }
}
