import { baseUnits } from '../../src/core/account/money.js'
import type { Rng } from '../../src/core/random.js'
import type { PriceSource, SwapVenue } from '../../src/live/jupiter/swap-venue.js'
import { answered, passing, type Failure } from '../../src/live/reply.js'
import type { SwapToken } from '../../src/live/swaps/swap-parts.js'
import type { ChainModel } from './chain-model.js'
import { encodeSwap, type ModelSwap } from './model-transaction.js'
import type { SwapFaults } from './swarm.js'
import type { VirtualClock } from './virtual-clock.js'

const BPS = 10_000n
/** What the market keeps of each swap, bps. */
const SPREAD_BPS = 5n

interface VenueParts {
  readonly clock: VirtualClock
  readonly rng: Rng
  readonly faults: SwapFaults
  readonly tokens: readonly SwapToken[]
}

/** A market whose prices walk at random, and Jupiter before it. */
export class VenueModel implements SwapVenue, PriceSource {
  /** Micro-dollars of a whole token, by mint. */
  private readonly dollars: Map<string, bigint>
  private readonly parts: VenueParts
  private salts = 0
  /** The chain that its transactions are for. */
  chain: ChainModel | null = null

  constructor(parts: VenueParts, dollars: ReadonlyMap<string, bigint>) {
    this.parts = parts
    this.dollars = new Map(dollars)
  }

  /** What a token costs now, dollars. */
  priceOf(mint: string): number {
    return Number(this.dollars.get(mint)!) / 1e6
  }

  /** Puts a price where another market is. */
  move(mint: string, dollars: number): void {
    this.dollars.set(mint, BigInt(Math.round(dollars * 1e6)))
  }

  /** What a swap brings at the price of now, which has moved since it was last looked at. */
  outFor({ givesMint, takesMint, amount }: ModelSwap): bigint {
    this.walk()
    return this.fairOut(givesMint, takesMint, amount)
  }

  quote(request: Parameters<SwapVenue['quote']>[0]): ReturnType<SwapVenue['quote']> {
    const askedAt = this.parts.clock.now()
    return this.ask(() => {
      this.walk()
      const { givesMint, takesMint, amount } = request
      const out = baseUnits(this.fairOut(givesMint, takesMint, amount))
      if (out === 0n) return passing('no route')
      return answered({
        ...request,
        out,
        slot: this.chain!.newestSlot,
        askedAt,
        raw: { outAmount: `${out}` },
      })
    })
  }

  build(...[quote, { wallet }]: Parameters<SwapVenue['build']>): ReturnType<SwapVenue['build']> {
    return this.ask(() => {
      this.salts += 1
      const born = this.chain!.height - this.below(this.parts.faults.oldBlocks)
      const { givesMint, takesMint, amount, out, slippageBps } = quote
      const terms = { wallet, givesMint, takesMint, amount, quoted: out, slippageBps }
      const bytes = encodeSwap({ ...terms, born, salt: this.salts, signature: null })
      const lastValidHeight = born + 150 - this.below(this.parts.faults.heightLie)
      return answered({ bytes, lastValidHeight })
    })
  }

  async prices(mints: readonly string[]): ReturnType<PriceSource['prices']> {
    const { rng, faults } = this.parts
    if (rng.next() < faults.pricesFail) return passing('no prices')
    return this.ask(() => answered(new Map(mints.map(mint => [mint, this.priceOf(mint)]))))
  }

  private async ask<T>(answer: () => T): Promise<T | Failure> {
    const { clock, rng, faults } = this.parts
    await clock.sleep(rng.next() * faults.latencyMs)
    if (rng.next() < faults.jupiterFails) {
      const isLimit = rng.next() < 0.5
      return isLimit ? passing('too many', { code: 429, waitMs: 2_000 }) : passing('failing')
    }
    return answer()
  }

  private fairOut(givesMint: string, takesMint: string, amount: bigint): bigint {
    const unit = (mint: string): bigint =>
      10n ** BigInt(this.parts.tokens.find(token => token.mint === mint)!.decimals)
    const worth = amount * this.dollars.get(givesMint)! * unit(takesMint)
    const whole = worth / (this.dollars.get(takesMint)! * unit(givesMint))
    return (whole * (BPS - SPREAD_BPS)) / BPS
  }

  private walk(): void {
    const { rng, faults, tokens } = this.parts
    for (const { mint, symbol } of tokens) {
      if (symbol === 'USDC') continue
      const bps = BigInt(Math.round((rng.next() * 2 - 1) * faults.priceBps))
      const price = this.dollars.get(mint)!
      this.dollars.set(mint, price + (price * bps) / BPS)
    }
  }

  private below(count: number): number {
    return Math.floor(this.parts.rng.next() * (count + 1))
  }
}
