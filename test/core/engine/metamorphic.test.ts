import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../../src/backtest/run/replay/backtest.js'
import type { BacktestOutcome } from '../../../src/backtest/run/replay/outcome.js'
import { outcomeHash } from '../../outcome-hash.js'
import { contentHash } from '../../../src/backtest/run/record/result-hash.js'
import {
  candleAt,
  candlesFrom,
  cutCandles,
  type Candle,
  type Candles,
} from '../../../src/core/candles/candles.js'
import type { Costs } from '../../../src/core/account/costs.js'
import type { RunSpec } from '../../../src/core/engine/spec.js'
import { Session } from '../../../src/core/engine/session.js'
import { DAY_MS } from '../../../src/core/candles/time.js'
import { maCrossover } from '../../../strategies/ma_crossover.js'
import { supertrend } from '../../../strategies/supertrend.js'
import { marketArbitrary } from '../../market-generator.js'
import { inputArbitrary } from '../../oracle/markets.js'
import { restless, runArbitrary } from '../../run-arbitrary.js'
import { FREE, scripted, specOf } from '../../run-spec.js'

const mapCandles = (candles: Candles, change: (candle: Candle) => Candle): Candles =>
  candlesFrom(
    candles.timeframeMs,
    Array.from({ length: candles.length }, (_, i) => change(candleAt(candles, i))),
  )

const hashOf = (outcome: BacktestOutcome): string => outcomeHash(outcome)

const script = fc.array(fc.constantFrom(null, 0, 0.25, 0.5, 1), { minLength: 30, maxLength: 80 })

describe('a change that must not matter', () => {
  it('twice the price at half the quantity gives the same money, to the bit', () => {
    const double = (candle: Candle): Candle => ({
      ...candle,
      open: candle.open * 2,
      high: candle.high * 2,
      low: candle.low * 2,
      close: candle.close * 2,
      volume: candle.volume / 2,
    })
    fc.assert(
      fc.property(marketArbitrary(), script, fc.boolean(), (candles, targets, atClose) => {
        const run = (step: number): RunSpec =>
          specOf(scripted(targets), {
            costs: { ...FREE, fee: 0.001, slippage: 0.0005, txCost: 0.01 },
            fill: atClose ? 'close' : 'next_open',
            risk: { stopLoss: 0.02, takeProfit: 0.04, trailingStop: 0.03, cooldown: 1 },
            market: { step },
          })
        // Steps of a power of two are halved without rounding, as prices are doubled.
        const one = runBacktest({ spec: run(2 ** -20), candles, first: 0 })
        const two = runBacktest({
          spec: run(2 ** -21),
          candles: mapCandles(candles, double),
          first: 0,
        })
        expect(two.equity).toEqual(one.equity)
        expect(two.metrics).toEqual(one.metrics)
        expect(two.trades.map(trade => [trade.pnl, trade.return, trade.exitReason])).toEqual(
          one.trades.map(trade => [trade.pnl, trade.return, trade.exitReason]),
        )
      }),
      { numRuns: 60 },
    )
  })

  it('whole days later the same happens, whole days later', () => {
    fc.assert(
      fc.property(inputArbitrary, fc.integer({ min: 1, max: 20_000 }), (input, days) => {
        const shift = days * DAY_MS
        const later = (candles: Candles): Candles =>
          mapCandles(candles, candle => ({ ...candle, time: candle.time + shift }))
        const one = runBacktest(input)
        const two = runBacktest({
          ...input,
          candles: later(input.candles),
          ...(input.detail && { detail: later(input.detail) }),
        })
        expect(two.equity).toEqual(one.equity)
        expect(two.metrics).toEqual(one.metrics)
        expect(two.trades).toEqual(
          one.trades.map(trade => ({
            ...trade,
            entryTime: trade.entryTime + shift,
            fills: trade.fills.map(fill => ({ ...fill, time: fill.time + shift })),
            exitTime: trade.exitTime + shift,
          })),
        )
      }),
      { numRuns: 80 },
    )
  })

  it('the order of keys in settings and parameters', () => {
    const turned = <T extends object>(record: T): T =>
      Object.fromEntries(Object.entries(record).reverse()) as T
    fc.assert(
      fc.property(inputArbitrary, input => {
        const { spec } = input
        const legs = spec.legs.map(leg =>
          turned({
            ...leg,
            params: turned(leg.params),
            risk: turned(leg.risk),
            market: turned(leg.market),
          }),
        )
        const other = turned({
          ...spec,
          legs,
          costs: turned(spec.costs),
          limits: turned(spec.limits),
        })
        expect(hashOf(runBacktest({ ...input, spec: other }))).toBe(hashOf(runBacktest(input)))
        const plain = ({ risk, params }: (typeof legs)[number]) => ({ risk, params })
        expect(contentHash(legs.map(plain))).toBe(contentHash(spec.legs.map(plain)))
      }),
      { numRuns: 60 },
    )
  })

  it('a stop at any candle, a save to JSON and a restart', () => {
    fc.assert(
      fc.property(marketArbitrary(), runArbitrary, fc.nat(150), (candles, spec, stop) => {
        const kept = { ...spec, keepOpen: true }
        const markets = [{ timeframeMs: candles.timeframeMs, legs: spec.legs }]
        const whole = runBacktest({ spec: kept, candles, first: 0 })
        let session = new Session(kept, markets)
        const equity: number[] = []
        for (let i = 0; i < candles.length; i++) {
          const input = { kind: 'candle' as const, market: 0, candle: candleAt(candles, i) }
          equity.push(session.take(input).equity)
          if (i !== stop) continue
          const saved = JSON.parse(JSON.stringify(session.save())) as ReturnType<Session['save']>
          session = Session.restore(kept, markets, saved, [cutCandles(candles, 0, i + 1)])
        }
        expect(equity).toEqual([...whole.equity])
      }),
      { numRuns: 60 },
    )
  })

  it('candles after the last one: an equity point never depends on them', () => {
    fc.assert(
      fc.property(inputArbitrary, fc.double({ min: 0.2, max: 1, noNaN: true }), (input, share) => {
        const { candles, first } = input
        const length = Math.max(first + 1, Math.floor(candles.length * share))
        const spec = { ...input.spec, keepOpen: true }
        const part = runBacktest({ ...input, spec, candles: cutCandles(candles, 0, length) })
        const whole = runBacktest({ ...input, spec })
        expect(part.equity.slice()).toEqual(whole.equity.slice(0, length - first))
      }),
      { numRuns: 60 },
    )
  })

  it('candles before the first, for a strategy without indicators that looks at no earlier candle', () => {
    fc.assert(
      fc.property(inputArbitrary, ({ spec, candles }) => {
        const legs = [
          { ...spec.legs[0]!, strategy: restless, params: { every: 2, stop: 0.02, salt: 7 } },
        ]
        const warm = runBacktest({ spec: { ...spec, legs }, candles, first: 10 })
        const cut = cutCandles(candles, 10, candles.length)
        expect(hashOf(warm)).toBe(
          hashOf(runBacktest({ spec: { ...spec, legs }, candles: cut, first: 0 })),
        )
      }),
      { numRuns: 60 },
    )
  })

  it('warm-up: a run that starts once its windows are full decides as the whole run does', () => {
    fc.assert(
      fc.property(marketArbitrary(60, 140), candles => {
        const spec = specOf(maCrossover, { params: { fast_ma: 3, slow_ma: 8, min_volume: 0 } })
        const whole = runBacktest({ spec, candles, first: 0, decideFrom: 30 })
        const late = runBacktest({ spec, candles, first: 30 })
        expect(late.trades).toEqual(whole.trades)
        expect(late.equity.slice()).toEqual(whole.equity.slice(30))
      }),
      { numRuns: 60 },
    )
  })
})

describe('a change that must matter in one direction', () => {
  const quote = { kind: 'quote', amount: 500 } as const

  /** Positions of a fixed amount that are entered and left at the same candles, whatever they cost. */
  function resultWith(candles: Candles, targets: readonly (number | null)[], costs: Costs): number {
    const spec = specOf(scripted(targets), {
      costs,
      risk: { positionSize: quote },
      market: { shortable: true },
    })
    return runBacktest({ spec, candles, first: 0 }).metrics.totalReturn
  }

  /** All in or out: scaling would trade other quantities at other costs. */
  const switching = fc.array(fc.constantFrom(null, 0, 1), { minLength: 30, maxLength: 80 })
  const rate = fc.double({ min: 0, max: 0.02, noNaN: true })
  const dearer: Readonly<Record<string, (one: number, more: number) => [Costs, Costs]>> = {
    fee: (one, more) => [
      { ...FREE, fee: one },
      { ...FREE, fee: one + more },
    ],
    slippage: (one, more) => [
      { ...FREE, slippage: one },
      { ...FREE, slippage: one + more },
    ],
    'a cost of each transaction': (one, more) => [
      { ...FREE, txCost: one * 10 },
      { ...FREE, txCost: (one + more) * 10 },
    ],
  }
  for (const [name, pair] of Object.entries(dearer)) {
    it(`more ${name} never raises the result of the same positions`, () => {
      fc.assert(
        fc.property(marketArbitrary(), switching, rate, rate, (candles, targets, one, more) => {
          const [cheap, dear] = pair(one, more)
          const difference =
            resultWith(candles, targets, dear) - resultWith(candles, targets, cheap)
          expect(difference).toBeLessThanOrEqual(1e-9)
        }),
        { numRuns: 60 },
      )
    })
  }
})

describe('several strategies of one account', () => {
  it('that never trade earn nothing, at a flat equity', () => {
    fc.assert(
      fc.property(runArbitrary, marketArbitrary(), (spec, candles) => {
        const legs = spec.legs.map(leg => ({ ...leg, strategy: scripted([]), params: {} }))
        const { equity, metrics, trades } = runBacktest({
          spec: { ...spec, legs },
          candles,
          first: 0,
        })
        expect(equity.every(value => value === spec.capital)).toBe(true)
        expect(trades).toEqual([])
        expect(metrics).toMatchObject({ totalReturn: 0, maxDrawdown: 0, exposure: 0, turnover: 0 })
      }),
      { numRuns: 40 },
    )
  })

  it('trade the same in whatever order they are listed, where cash binds none of them', () => {
    const amount = { kind: 'quote', amount: 100 } as const
    fc.assert(
      fc.property(marketArbitrary(), script, (candles, targets) => {
        const costs = { ...FREE, fee: 0.001, slippage: 0.0005 }
        const legs = [
          specOf(scripted(targets, 'first'), { risk: { positionSize: amount, stopLoss: 0.03 } }),
          specOf(maCrossover, {
            params: { fast_ma: 2, slow_ma: 5, min_volume: 0 },
            risk: { positionSize: amount },
          }),
          specOf(supertrend, { params: { period: 5, factor: 1 }, risk: { positionSize: amount } }),
        ].map(spec => ({ ...spec.legs[0]!, weight: 1 / 3 }))
        const run = (list: typeof legs) =>
          runBacktest({
            spec: { ...specOf(scripted([]), { costs }), legs: list },
            candles,
            first: 0,
          })
        const one = run(legs)
        const two = run([...legs].reverse())
        for (const { strategy } of legs) {
          const own = (outcome: BacktestOutcome) =>
            outcome.trades.filter(trade => trade.strategy === strategy.name)
          expect(own(two)).toEqual(own(one))
        }
        expect(two.metrics.totalReturn).toBeCloseTo(one.metrics.totalReturn, 12)
      }),
      { numRuns: 40 },
    )
  })

  it('earn together what each earns alone, where each buys for a fixed amount', () => {
    const amount = { kind: 'quote', amount: 100 } as const
    fc.assert(
      fc.property(marketArbitrary(), script, script, (candles, a, b) => {
        const spec = (targets: typeof a, name: string) =>
          specOf(scripted(targets, name), { risk: { positionSize: amount, takeProfit: 0.05 } })
        const [one, two] = [spec(a, 'a'), spec(b, 'b')]
        const both = {
          ...one,
          legs: [...one.legs, ...two.legs].map(leg => ({ ...leg, weight: 0.5 })),
        }
        const gain = (run: RunSpec): number =>
          runBacktest({ spec: run, candles, first: 0 }).metrics.finalEquity - run.capital
        expect(gain(both)).toBeCloseTo(gain(one) + gain(two), 6)
      }),
      { numRuns: 40 },
    )
  })
})
