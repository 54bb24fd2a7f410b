import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultMarket } from '../../../../src/core/account/market.js'
import {
  baseFor,
  baseUnits,
  mulDiv,
  parseUnits,
  quoteFor,
  tokensOf,
  type BaseUnits,
} from '../../../../src/core/account/money.js'
import { candleAt, type Candles } from '../../../../src/core/candles/candles.js'
import { Session, type Effects } from '../../../../src/core/engine/session.js'
import type { RunSpec } from '../../../../src/core/engine/spec.js'
import type { VenueFill } from '../../../../src/core/trading/venue/broker.js'
import { checkStep, fillOf, swapOf } from '../../../../src/core/trading/venue/swap.js'
import type { VenueOrder } from '../../../../src/core/trading/venue/venue-order.js'
import type { Approved } from '../../../../src/core/risk/guard.js'
import { marketArbitrary } from '../../../market-generator.js'
import { FREE, scripted, specOf } from '../../../run-spec.js'

const SOL = { symbol: 'SOL', decimals: 9 }
const USDC = { symbol: 'USDC', decimals: 6 }
const PAIR = { base: SOL, quote: USDC }
const RICH = baseUnits(10n ** 18n)

function order(terms: Partial<VenueOrder>): Approved<VenueOrder> {
  const market = { id: 'run-0-1', market: 0, symbol: 'SOL-USDC', kind: 'market', price: null }
  const rest = { side: 'buy', size: 2, spend: 301, reference: 150, reason: 'signal', tag: null }
  return { ...market, ...rest, ...terms } as unknown as Approved<VenueOrder>
}

describe('an order as a swap', () => {
  it('gives its spend where it buys and its size where it sells, and takes no less than the slippage lets it', () => {
    const terms = { pair: PAIR, balance: RICH, slippageBps: 50 }
    expect(swapOf(order({}), terms)).toEqual({
      order: 'run-0-1',
      side: 'buy',
      gives: USDC,
      takes: SOL,
      amount: 301_000_000n,
      // 301 / 150 SOL, and 50 bps less, rounded up.
      least: 1_996_633_334n,
    })
    expect(swapOf(order({ side: 'sell', size: 0.3, spend: 0 }), terms)).toMatchObject({
      gives: SOL,
      takes: USDC,
      amount: 300_000_000n,
      least: 44_775_000n,
    })
  })

  it('of a limit takes no less than its price says', () => {
    const limit = order({ side: 'sell', kind: 'limit', price: 160, size: 1, spend: 0 })
    const swap = swapOf(limit, { pair: PAIR, balance: RICH, slippageBps: 500 })
    expect(swap).toMatchObject({ amount: 1_000_000_000n, least: 160_000_000n })
  })

  it('gives no more than the wallet holds, and is none where that is nothing', () => {
    const balance = baseUnits(7_000_000n)
    expect(swapOf(order({}), { pair: PAIR, balance, slippageBps: 0 })).toMatchObject({
      amount: 7_000_000n,
      least: 46_666_667n,
    })
    const empty = { pair: PAIR, balance: baseUnits(0n), slippageBps: 0 }
    expect(swapOf(order({}), empty)).toBeNull()
    expect(swapOf(order({ side: 'sell', size: 1e-10, spend: 0 }), { ...empty, balance })).toBeNull()
  })

  it('never gives more than was asked or is there, and never takes less than the tolerance', () => {
    const price = fc.double({ min: 0.01, max: 1e5, noNaN: true })
    const quantity = fc.double({ min: 0, max: 1e5, noNaN: true })
    const held = fc.bigInt({ min: 0n, max: 10n ** 16n }).map(baseUnits)
    const bps = fc.integer({ min: 0, max: 1000 })
    fc.assert(
      fc.property(quantity, price, held, bps, (size, reference, balance, slippageBps) => {
        for (const side of ['buy', 'sell'] as const) {
          const spend = side === 'buy' ? size * reference * 1.001 : 0
          if (spend > 1e9) return
          const asked = order({ side, size, reference, spend })
          const swap = swapOf(asked, { pair: PAIR, balance, slippageBps })
          if (swap === null) continue
          expect(swap.amount <= balance).toBe(true)
          const most = side === 'buy' ? spend : size
          expect(tokensOf(swap.amount, swap.gives)).toBeLessThanOrEqual(most)
          const fair = (side === 'buy' ? baseFor : quoteFor)(swap.amount, reference, PAIR, 'down')
          const kept = fair * BigInt(10_000 - slippageBps)
          expect(swap.least * 10_000n >= kept).toBe(true)
        }
      }),
    )
  })
})

describe('a swap that has landed', () => {
  const buy = swapOf(order({}), { pair: PAIR, balance: RICH, slippageBps: 50 })!

  it('is booked by what the chain says', () => {
    const taken = baseUnits(2_010_000_000n)
    const fill = fillOf(buy, { given: buy.amount, taken, txCost: 0.004, time: 9 })
    expect(fill).toEqual({
      kind: 'fill',
      order: 'run-0-1',
      size: 2.01,
      price: 301 / 2.01,
      fee: 0,
      txCost: 0.004,
      time: 9,
    })
  })

  it('has given no more and brought no less than was signed, or something is broken', () => {
    const said = (given: bigint, taken: bigint): (() => VenueFill) => {
      const result = { given: baseUnits(given), taken: baseUnits(taken), txCost: 0, time: 9 }
      return () => fillOf(buy, result)
    }
    expect(said(buy.amount + 1n, buy.least)).toThrow('gave more')
    expect(said(buy.amount, buy.least - 1n)).toThrow('brought less')
    expect(said(0n, buy.least)).toThrow('moved nothing')
  })
})

it('refuses a step that the base token cannot hold', () => {
  const bonk = { base: { symbol: 'BONK', decimals: 5 }, quote: USDC }
  const market = defaultMarket('BONK-USDC')
  expect(() => checkStep(market, bonk)).toThrow('no multiple of 0.00001')
  expect(() => checkStep({ ...market, step: 0.000015 }, bonk)).toThrow('0.000015')
  expect(() => checkStep({ ...market, step: 0.00001 }, bonk)).not.toThrow()
  expect(() => checkStep({ ...market, step: 10 }, bonk)).not.toThrow()
  expect(() => checkStep(defaultMarket('SOL-USDC'), PAIR)).not.toThrow()
})

/** A wallet in whole units, and a pool that swaps at a price, a little off the one that was decided at. */
class Wallet {
  sol = baseUnits(0n)
  usdc: BaseUnits
  readonly session: Session
  swaps = 0

  constructor(spec: RunSpec, timeframeMs: number) {
    this.session = new Session(spec, [{ timeframeMs, legs: spec.legs }], { venueRun: 'run' })
    this.usdc = parseUnits(String(spec.capital), USDC)
  }

  candle(candles: Candles, i: number, driftBps: number): void {
    const market = { kind: 'candle', market: 0, candle: candleAt(candles, i) } as const
    this.send(this.session.take(market), driftBps)
  }

  private send({ place }: Effects, driftBps: number): void {
    for (const sent of place) {
      const balance = sent.side === 'buy' ? this.usdc : this.sol
      const swap = swapOf(sent, { pair: PAIR, balance, slippageBps: 100 })
      if (swap === null) {
        this.say(sent.id, 'refused')
        continue
      }
      // The pool gives what the price says, 1 % more than the least, and drifts from there.
      const taken = mulDiv(swap.least, BigInt(10_100 + driftBps), 10_000n, 'down')
      this.settle(sent.side, swap.amount, baseUnits(taken))
      const result = { given: swap.amount, taken: baseUnits(taken), txCost: 0, time: 1 }
      const effects = this.session.take(fillOf(swap, result))
      this.send(effects, driftBps)
      const isUnder = this.session.engine.venue!.list().some(({ order }) => order.id === sent.id)
      if (isUnder) this.say(sent.id, 'cancelled')
    }
  }

  private say(id: string, state: 'refused' | 'cancelled'): void {
    this.session.take({ kind: 'outcome', order: id, state, reason: 'the swap is over' })
  }

  private settle(side: VenueOrder['side'], given: bigint, taken: bigint): void {
    this.swaps += 1
    const [sol, usdc] = side === 'buy' ? [taken, -given] : [-given, taken]
    this.sol = baseUnits(this.sol + sol)
    this.usdc = baseUnits(this.usdc + usdc)
  }
}

it('keeps the books equal to the wallet, to the unit, over runs of swaps at better and worse prices', () => {
  let swaps = 0
  fc.assert(
    fc.property(
      marketArbitrary(20, 40),
      fc.array(fc.constantFrom(null, 0, 0.5, 1), { minLength: 20, maxLength: 40 }),
      fc.array(fc.integer({ min: -90, max: 200 }), { minLength: 40, maxLength: 40 }),
      (candles, script, drifts) => {
        const costs = { ...FREE, fee: 0.001, slippage: 0.0005 }
        const spec = specOf(scripted(script), { costs, capital: 10_000 })
        const wallet = new Wallet(spec, candles.timeframeMs)
        for (let i = 0; i < candles.length; i++) wallet.candle(candles, i, drifts[i]!)
        const { account, legs } = wallet.session.engine
        expect(account.cash).toBeCloseTo(tokensOf(wallet.usdc, USDC), 6)
        expect(legs[0]!.position.quantity).toBeCloseTo(tokensOf(wallet.sol, SOL), 9)
        swaps += wallet.swaps
      },
    ),
    { numRuns: 60 },
  )
  expect(swaps, 'the property says something').toBeGreaterThan(200)
})
