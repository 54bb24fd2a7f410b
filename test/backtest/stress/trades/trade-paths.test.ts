import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tradeEffects } from '../../../../src/backtest/stress/trades/trade-effects.js'
import { tradePaths } from '../../../../src/backtest/stress/trades/trade-paths.js'
import type { Trade } from '../../../../src/core/account/trade.js'
import { donchianBreakout } from '../../../../strategies/donchian_breakout.js'
import { requestFor, runsOf, synthetic } from '../stress-fixture.js'

const CAPITAL = 1000

/** Trades that change equity by these shares, one after another. */
function tradesOf(effects: readonly number[]): Trade[] {
  let equity = CAPITAL
  return effects.map(effect => {
    const pnl = equity * effect
    equity += pnl
    return { pnl } as Trade
  })
}

const effectsArbitrary = fc.array(fc.double({ min: -0.2, max: 0.25, noNaN: true }), {
  minLength: 10,
  maxLength: 60,
})

const product = (effects: readonly number[]): number =>
  effects.reduce((equity, effect) => equity * (1 + effect), CAPITAL)

describe('effects of trades on equity', () => {
  it('multiply to what the run has realised', () => {
    const runs = runsOf(requestFor(donchianBreakout), synthetic(3000))
    const effects = tradeEffects(runs.outcome.trades, 10_000)!
    expect(effects.length).toBeGreaterThan(15)
    const end = effects.reduce((equity, effect) => equity * (1 + effect), 10_000)
    expect(end / runs.own.finalEquity).toBeCloseTo(1, 10)
  })

  it('are not told where equity was used up', () => {
    expect(tradeEffects([{ pnl: -1000 }, { pnl: 1 }] as Trade[], CAPITAL)).toBeNull()
  })
})

describe('a shuffle of trades', () => {
  it('keeps the final equity and changes drawdowns only', () => {
    fc.assert(
      fc.property(effectsArbitrary, fc.integer({ min: 0, max: 1e6 }), (effects, seed) => {
        const given = { trades: tradesOf(effects), capital: CAPITAL }
        const { finalEquity, observed, fan } = tradePaths('shuffle', given, { paths: 50, seed })
        const end = product(effects)
        for (const value of [finalEquity!.least, finalEquity!.most, observed!.finalEquity]) {
          expect(value / end).toBeCloseTo(1, 9)
        }
        expect(fan!.p5.at(-1)! / end).toBeCloseTo(1, 9)
      }),
      { numRuns: 50 },
    )
  })

  it('finds the drawdown of the worst order where one is as bad as another', () => {
    // One loss among gains: wherever it stands, it is the drawdown.
    const effects = [...Array.from({ length: 11 }, () => 0.02), -0.1]
    const { maxDrawdown } = tradePaths('shuffle', { trades: tradesOf(effects), capital: CAPITAL })
    expect(maxDrawdown!.least).toBeCloseTo(0.1, 12)
    expect(maxDrawdown!.most).toBeCloseTo(0.1, 12)
  })

  it('knows the chance of two losses in a row', () => {
    // Two losses of 20 % among ten: together or apart by gains of nothing, they fall 36 % below the start.
    const effects = [-0.2, -0.2, ...Array.from({ length: 8 }, () => 0)]
    const given = { trades: tradesOf(effects), capital: CAPITAL }
    const { ruin, drawdownBeyond } = tradePaths('shuffle', given, {
      ruinShare: 0.7,
      drawdownLimit: 0.3,
    })
    expect([ruin!.value, drawdownBeyond!.value]).toEqual([1, 1])
    expect(tradePaths('shuffle', given, { ruinShare: 0.6 }).ruin!.value).toBe(0)
  })
})

describe('a bootstrap of trades', () => {
  it('draws ruin as often as the binomial distribution says', () => {
    // Ten trades, half of them lose 10 %: below 0.9^7 after 8 losses or more of ten independent draws.
    const effects = Array.from({ length: 10 }, (_, k) => (k % 2 === 0 ? -0.1 : 0))
    const given = { trades: tradesOf(effects), capital: CAPITAL }
    const { ruin, n, paths } = tradePaths('bootstrap', given, {
      ruinShare: 0.9 ** 7.5,
      blockLength: 1,
    })
    expect([n, paths]).toEqual([10, 10_000])
    expect(ruin!.value).toBeCloseTo((45 + 10 + 1) / 1024, 2)
  })

  it('orders the quantiles of its fan, which begins at the capital', () => {
    fc.assert(
      fc.property(effectsArbitrary, effects => {
        const given = { trades: tradesOf(effects), capital: CAPITAL }
        const { fan, blockLength } = tradePaths('bootstrap', given, { paths: 40 })
        expect(blockLength).toBeGreaterThanOrEqual(1)
        expect([fan!.trade[0], fan!.p5[0], fan!.p95[0]]).toEqual([0, CAPITAL, CAPITAL])
        expect(fan!.trade.at(-1)).toBe(effects.length)
        for (const [k, median] of fan!.median.entries()) {
          expect(fan!.p5[k]!).toBeLessThanOrEqual(fan!.p25[k]!)
          expect(fan!.p25[k]!).toBeLessThanOrEqual(median)
          expect(median).toBeLessThanOrEqual(fan!.p75[k]!)
          expect(fan!.p75[k]!).toBeLessThanOrEqual(fan!.p95[k]!)
        }
      }),
      { numRuns: 30 },
    )
  })

  it('gives the same for the same seed, another for another', () => {
    const effects = Array.from({ length: 30 }, (_, k) => Math.sin(k) / 10)
    const given = { trades: tradesOf(effects), capital: CAPITAL }
    const at = (seed: number) => tradePaths('bootstrap', given, { paths: 100, seed })
    expect(at(1)).toEqual(at(1))
    expect(at(1).finalEquity).not.toEqual(at(2).finalEquity)
  })

  it('keeps its fan to 200 points and its paths to what a second or two gives', () => {
    const effects = Array.from({ length: 30_000 }, (_, k) => Math.sin(k) / 1000)
    const given = { trades: tradesOf(effects), capital: CAPITAL }
    const { fan, paths } = tradePaths('bootstrap', given, { blockLength: 2 })
    expect(fan!.trade).toHaveLength(200)
    expect(paths).toBe(1000)
  })

  it('says why where there are too few trades, or none left', () => {
    const few = tradePaths('bootstrap', { trades: tradesOf([0.1, 0.1]), capital: CAPITAL })
    expect(few).toMatchObject({ n: 2, paths: 0, fan: null, finalEquity: null, ruin: null })
    expect(few.reason).toBe('2 trades are too few: at least 10 are needed')
    const lost = [{ pnl: -2000 }, ...tradesOf(Array.from({ length: 12 }, () => 0.1))] as Trade[]
    const gone = tradePaths('shuffle', { trades: lost, capital: CAPITAL })
    expect(gone.reason).toContain('lost all equity')
  })

  it('takes its default limit of drawdown from the run, and never one that cannot be crossed', () => {
    const limitOf = (loss: number) => {
      const effects = [...Array.from({ length: 11 }, () => 0.01), loss]
      const given = { trades: tradesOf(effects), capital: CAPITAL }
      return tradePaths('bootstrap', given, { paths: 10 }).drawdownBeyond!.limit
    }
    expect(limitOf(-0.1)).toBeCloseTo(0.2, 12)
    expect(limitOf(-0.6)).toBeCloseTo(0.8, 12)
  })
})
