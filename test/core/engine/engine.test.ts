import { DEFAULT_COSTS } from '../../../src/core/account/costs.js'
import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../../src/backtest/run/replay/backtest.js'
import { HOUR_MS } from '../../../src/core/candles/time.js'
import { candlesFrom } from '../../../src/core/candles/candles.js'
import { NO_RISK_LIMITS } from '../../../src/core/risk/limits.js'
import { long, type Exits, type Intent } from '../../../src/core/strategy/intent.js'
import { defineStrategy } from '../../../src/core/strategy/strategy.js'
import { rows } from '../../market-generator.js'
import { FREE, scripted, specOf } from '../../run-spec.js'

const flat = (price: number) => [price, price, price, price] as const
const run = (spec: ReturnType<typeof specOf>, candles: ReturnType<typeof rows>) =>
  runBacktest({ spec, candles, first: 0 })

describe('orders', () => {
  it('fill at the next open, never at the close that decided them', () => {
    const { trades } = run(
      specOf(scripted([1, null, 0])),
      rows(flat(100), [101, 102, 100, 102], flat(110), [120, 121, 119, 120]),
    )
    expect(trades).toHaveLength(1)
    expect(trades[0]).toMatchObject({
      entryPrice: 101,
      exitPrice: 120,
      entryTime: HOUR_MS,
      exitTime: 3 * HOUR_MS,
      exitReason: 'signal',
      candles: 2,
    })
  })

  it('decided at the last close are dropped', () => {
    expect(run(specOf(scripted([null, 1])), rows(flat(100), flat(100))).trades).toHaveLength(0)
  })

  it('repeat at no cost', () => {
    const once = run(
      specOf(scripted([1]), { costs: { ...FREE, fee: 0.01 } }),
      rows(flat(100), flat(101), flat(150), flat(90)),
    )
    const often = run(
      specOf(scripted([1, 1, 1, 1]), { costs: { ...FREE, fee: 0.01 } }),
      rows(flat(100), flat(101), flat(150), flat(90)),
    )
    expect(often.equity).toEqual(once.equity)
  })

  it('fill at the close that decided them in fill mode close, marked again after it', () => {
    const spec = specOf(scripted([1, null, 0]), { fill: 'close', costs: { ...FREE, fee: 0.001 } })
    const { trades, equity, metrics } = run(
      spec,
      rows(flat(100), [101, 103, 100, 102], flat(110), flat(90)),
    )
    expect(trades[0]).toMatchObject({
      entryPrice: 100,
      exitPrice: 110,
      entryTime: 0,
      exitTime: 2 * HOUR_MS,
      candles: 2,
    })
    expect(equity[0]).toBeLessThan(10_000)
    expect(metrics.exposure).toBe(2 / 4)
  })

  it('in fill mode close are protected from the candle after the entry on', () => {
    const spec = specOf(scripted([1]), { fill: 'close', risk: { stopLoss: 0.05 } })
    const { trades } = run(spec, rows([100, 100, 50, 100], [100, 100, 94, 99]))
    expect(trades[0]).toMatchObject({ exitPrice: 95, exitTime: HOUR_MS })
  })
})

describe('prices and costs', () => {
  const costs = { ...DEFAULT_COSTS, fee: 0.002, makerFee: 0.002, slippage: 0.001, txCost: 0.5 }

  it('spend the equity, fee included, rounded down to the step', () => {
    const { trades, metrics } = run(
      specOf(scripted([1, 0]), { costs }),
      rows(flat(100), flat(100), flat(110)),
    )
    const buy = 100 * 1.001
    const sell = 110 * 0.999
    const size = Math.floor(((10_000 - 0.5) / (buy * 1.002)) * 1e9) / 1e9
    const fees = 0.002 * size * (buy + sell)
    const pnl = size * (sell - buy) - fees - 1
    expect(trades[0]!.size).toBe(size)
    expect(trades[0]!.fees).toBeCloseTo(fees, 9)
    expect(trades[0]!.txCosts).toBe(1)
    expect(trades[0]!.pnl).toBeCloseTo(pnl, 9)
    expect(trades[0]!.return).toBeCloseTo(pnl / (size * buy), 12)
    expect(trades[0]!.slippage).toBeCloseTo(size * (0.1 + 0.11), 9)
    expect(metrics.finalEquity).toBeCloseTo(10_000 + pnl, 8)
    expect(metrics.feesPaid).toBeCloseTo(fees, 9)
    expect(metrics.txCostsPaid).toBe(1)
    expect(metrics.turnover).toBeCloseTo((size * (buy + sell)) / 10_000, 12)
  })

  it('take-profit fills at its price without slippage, stops with it', () => {
    const target = run(
      specOf(scripted([1]), { costs, risk: { takeProfit: 0.05 } }),
      rows(flat(100), flat(100), [100, 120, 100, 120]),
    ).trades[0]!
    expect(target.exitPrice).toBeCloseTo(100.1 * 1.05, 12)
    const stop = run(
      specOf(scripted([1]), { costs, risk: { stopLoss: 0.05 } }),
      rows(flat(100), flat(100), [100, 100, 80, 80]),
    ).trades[0]!
    expect(stop.exitPrice).toBeCloseTo(100.1 * 0.95 * 0.999, 12)
  })

  it('impact grows with the size and is paid on market fills', () => {
    const impact = { a: 1, b: 0.5, g: 0.9 }
    const { trades } = run(
      specOf(scripted([1, 0]), { costs: { ...FREE, impact } }),
      rows(flat(100), flat(100), flat(100)),
    )
    const share = (quantity: number) => (1 + 0.5 * quantity ** 0.9) / 10_000
    const before = 10_000 / 100
    expect(trades[0]!.size).toBe(Math.floor((10_000 / (100 * (1 + share(before)))) * 1e9) / 1e9)
    expect(trades[0]!.entryPrice).toBeCloseTo(100 * (1 + share(trades[0]!.size)), 10)
    expect(trades[0]!.exitPrice).toBeCloseTo(100 * (1 - share(trades[0]!.size)), 10)
  })
})

describe('an impact beyond all measure', () => {
  // At 1,111 units, which is what 10,000 buys with it, it takes 267 % of the price.
  const impact = { a: 0, b: 800, g: 0.5 }

  it('sells for nothing, never for less', () => {
    const { trades, metrics } = run(
      specOf(scripted([1, 0]), { costs: { ...FREE, impact } }),
      rows(flat(1), flat(1), flat(1)),
    )
    expect(trades[0]!.exitPrice).toBe(0)
    expect(metrics.finalEquity).toBeGreaterThanOrEqual(0)
  })

  it('refuses a short that would bring in nothing', () => {
    const { trades, belowMinimum } = run(
      specOf(scripted([-1]), { costs: { ...FREE, impact }, market: { shortable: true } }),
      rows(flat(1), flat(1)),
    )
    expect(trades).toEqual([])
    expect(belowMinimum).toBe(1)
  })
})

describe('size', () => {
  it('is capped by position_size, as an amount or a share of equity', () => {
    const candles = rows(flat(100), flat(100), flat(200))
    const amount = run(
      specOf(scripted([1]), { risk: { positionSize: { kind: 'quote', amount: 250 } } }),
      candles,
    )
    expect(amount.trades[0]!.size).toBe(2.5)
    const share = run(
      specOf(scripted([1]), { risk: { positionSize: { kind: 'share', share: 0.25 } } }),
      candles,
    )
    expect(share.trades[0]!.size).toBe(25)
    const unreached = run(
      specOf(scripted([0.1]), { risk: { positionSize: { kind: 'share', share: 0.25 } } }),
      candles,
    )
    expect(unreached.trades[0]!.size).toBe(10)
  })

  it('below the market’s minimum is refused, counted, and asked for again', () => {
    const spec = specOf(scripted([0.001, 0.001, 1]), { market: { minNotional: 50 } })
    const { trades, belowMinimum } = run(spec, rows(flat(100), flat(100), flat(100), flat(100)))
    expect(belowMinimum).toBe(2)
    expect(trades).toHaveLength(1)
  })

  it('scales by the difference; the entry price becomes the average', () => {
    const { trades, metrics } = run(
      specOf(scripted([0.5, 1])),
      rows(flat(100), flat(100), flat(200), flat(200)),
    )
    const more = 15_000 / 200 - 50
    expect(trades[0]!.size).toBeCloseTo(50 + more, 9)
    expect(trades[0]!.entryPrice).toBeCloseTo((50 * 100 + more * 200) / (50 + more), 9)
    expect(metrics.finalEquity).toBeCloseTo(15_000, 6)
  })

  it('books a position that is sold in parts as one trade, with its fills', () => {
    const costs = { ...FREE, fee: 0.001 }
    const { trades, metrics } = run(
      specOf(scripted([1, 0.5, 0]), { costs }),
      rows(flat(100), flat(100), flat(120), flat(90)),
    )
    expect(trades).toHaveLength(1)
    const [trade] = trades
    expect(trade).toMatchObject({ parts: 2, exitReason: 'signal', entryPrice: 100 })
    expect(trade!.fills.map(({ side, reason }) => [side, reason])).toEqual([
      ['buy', 'signal'],
      ['sell', 'signal'],
      ['sell', 'signal'],
    ])
    const [bought, ...sold] = trade!.fills
    expect(sold.reduce((sum, fill) => sum + fill.size, 0)).toBeCloseTo(bought!.size, 9)
    const value = sold.reduce((sum, fill) => sum + fill.size * fill.price, 0)
    expect(trade!.exitPrice).toBeCloseTo(value / bought!.size, 9)
    expect(metrics.finalEquity - 10_000).toBeCloseTo(trade!.pnl, 8)
    expect(metrics.feesPaid).toBeCloseTo(trade!.fees, 9)
    expect(metrics.winRate).toBe(1)
  })
})

describe('time stop and cooldown', () => {
  const candles = rows(...Array.from({ length: 10 }, () => flat(100)))

  it('a time stop of n orders the exit at the n-th close, the entry candle’s being the first', () => {
    const { trades } = run(specOf(scripted([1]), { risk: { timeStop: 3 } }), candles)
    expect(trades[0]).toMatchObject({
      entryTime: HOUR_MS,
      exitTime: 4 * HOUR_MS,
      exitReason: 'time_stop',
      candles: 3,
    })
  })

  it('a cooldown of n ignores entries at n closes, the exit candle’s being the first', () => {
    const always = Array.from({ length: 10 }, () => 1)
    const { trades } = run(
      specOf(scripted(always), { risk: { timeStop: 1, cooldown: 2 } }),
      candles,
    )
    expect(trades.map(trade => trade.entryTime / HOUR_MS)).toEqual([1, 5, 9])
  })

  it('without a cooldown a strategy that still asks enters again at the next open', () => {
    const always = Array.from({ length: 10 }, () => 1)
    const { trades } = run(specOf(scripted(always), { risk: { timeStop: 1 } }), candles)
    expect(trades.map(trade => trade.entryTime / HOUR_MS)).toEqual([1, 3, 5, 7, 9])
  })
})

describe('the end of data', () => {
  const costs = { ...FREE, fee: 0.001, slippage: 0.01 }

  it('closes at the last close with fee and without slippage', () => {
    const { trades, equity, metrics } = run(
      specOf(scripted([1]), { costs }),
      rows(flat(100), flat(100), [100, 120, 99, 110]),
    )
    expect(trades[0]).toMatchObject({ exitPrice: 110, exitReason: 'end_of_data' })
    expect(equity[2]).toBeCloseTo(10_000 + trades[0]!.pnl, 8)
    expect(metrics.finalEquity).toBe(equity[2])
  })

  it('leaves the position marked where it is kept open', () => {
    const { trades, equity, openPositions } = run(
      specOf(scripted([1]), { costs, keepOpen: true }),
      rows(flat(100), flat(100), [100, 120, 99, 110]),
    )
    expect(trades).toHaveLength(0)
    expect(openPositions).toEqual([
      expect.objectContaining({ quantity: expect.any(Number) as number }),
    ])
    expect(equity[2]).toBeGreaterThan(10_500)
  })
})

describe('shorts', () => {
  it('are ignored and counted on a market that is long only', () => {
    const { trades, notShortable } = run(
      specOf(scripted([-1])),
      rows(flat(100), flat(100), flat(50)),
    )
    expect(trades).toHaveLength(0)
    expect(notShortable).toBe(1)
  })

  it('earn from a fall, and turn round in one order', () => {
    const spec = specOf(scripted([-1, 1]), { market: { shortable: true } })
    const { trades, metrics } = run(spec, rows(flat(100), flat(100), flat(50), flat(100)))
    expect(trades.map(({ side, pnl }) => [side, Math.round(pnl)])).toEqual([
      ['short', 5000],
      ['long', 15_000],
    ])
    expect(metrics.finalEquity).toBeCloseTo(30_000, 6)
  })
})

describe('finer candles', () => {
  const spec = specOf(scripted([1]), { risk: { stopLoss: 0.05, takeProfit: 0.05 } })
  const candles = rows(flat(100), flat(100), [100, 106, 94, 100])
  const quarter = (i: number, prices: readonly [number, number, number, number]) => {
    const [open, high, low, close] = prices
    return { time: 2 * HOUR_MS + (i * HOUR_MS) / 4, open, high, low, close, volume: 1 }
  }

  it('say which of two exits came first', () => {
    const up = [
      [100, 106, 100, 104],
      [104, 104, 94, 95],
      [95, 99, 95, 99],
      [99, 100, 99, 100],
    ] as const
    const detail = candlesFrom(
      HOUR_MS / 4,
      up.map((prices, i) => quarter(i, prices)),
    )
    expect(runBacktest({ spec, candles, first: 0, detail }).trades[0]).toMatchObject({
      exitPrice: 105,
      exitReason: 'take_profit',
      ambiguous: false,
    })
  })

  it('are not used where they miss an extreme of the candle', () => {
    const detail = candlesFrom(HOUR_MS / 4, [quarter(0, [100, 106, 100, 104])])
    expect(runBacktest({ spec, candles, first: 0, detail }).trades[0]).toMatchObject({
      exitPrice: 95,
      ambiguous: true,
    })
  })
})

describe('portfolio limits', () => {
  it('a drawdown limit closes everything at the next open and lets nothing in again', () => {
    const limits = { ...NO_RISK_LIMITS, maxDrawdown: 0.1 }
    const always = Array.from({ length: 8 }, () => 1)
    const { trades, refusedByRisk } = run(
      specOf(scripted(always), { limits }),
      rows(flat(100), flat(100), flat(85), flat(84), flat(100), flat(100)),
    )
    expect(trades).toHaveLength(1)
    expect(trades[0]).toMatchObject({ exitPrice: 84, exitReason: 'risk_limit' })
    expect(refusedByRisk).toBeGreaterThan(0)
  })

  it('a daily loss limit lets entries in again on the next UTC day', () => {
    const limits = { ...NO_RISK_LIMITS, maxDailyLoss: 0.05 }
    const prices = Array.from({ length: 30 }, (_, i) => flat(i === 3 ? 90 : 90))
    const candles = rows(flat(100), flat(100), ...prices)
    const { trades } = run(
      specOf(scripted(Array.from({ length: 32 }, () => 1)), { limits }),
      candles,
    )
    // The first mark of the next day is that of its first candle, so the entry fills after it.
    expect(trades.map(trade => trade.entryTime / HOUR_MS)).toEqual([1, 25])
  })

  it('an exposure limit cuts the entry', () => {
    const limits = { ...NO_RISK_LIMITS, maxExposure: 0.4 }
    const { trades } = run(specOf(scripted([1]), { limits }), rows(flat(100), flat(100), flat(100)))
    expect(trades[0]!.size).toBe(40)
  })

  it('entries a day and the age of a decision are limited', () => {
    const often = specOf(scripted([1, 0, 1, 0, 1]), {
      limits: { ...NO_RISK_LIMITS, maxTradesPerDay: 1 },
    })
    expect(run(often, rows(...Array.from({ length: 8 }, () => flat(100)))).trades).toHaveLength(1)
    const stale = specOf(scripted([1, null, 1]), { limits: { ...NO_RISK_LIMITS, maxDataAgeMs: 0 } })
    const list = [0, 5, 6, 7].map(hour => ({
      time: hour * HOUR_MS,
      open: 100,
      high: 100,
      low: 100,
      close: 100,
      volume: 1,
    }))
    const { trades } = runBacktest({ spec: stale, candles: candlesFrom(HOUR_MS, list), first: 0 })
    expect(trades.map(trade => trade.entryTime / HOUR_MS)).toEqual([7])
  })
})

describe('several strategies on one account', () => {
  const twoLegs = (scripts: readonly (number | null)[][], risk: object, limits: object) => {
    const specs = scripts.map((script, k) =>
      specOf(scripted(script, `leg_${k}`), { risk: k === 0 ? risk : {}, weight: 0.5 }),
    )
    return {
      ...specs[0]!,
      legs: specs.flatMap(({ legs }) => legs),
      limits: { ...NO_RISK_LIMITS, ...limits },
    }
  }

  it('a stop inside a candle frees nothing for another leg’s fill at its open', () => {
    const spec = twoLegs([[1], [null, 1]], { stopLoss: 0.05 }, { maxOpenPositions: 1 })
    const candles = rows(flat(100), flat(100), [100, 100, 90, 95], flat(95))
    const { trades, refusedByRisk } = run(spec, candles)
    expect(trades.map(trade => [trade.strategy, trade.exitReason])).toEqual([
      ['leg_0', 'stop_loss'],
    ])
    expect(refusedByRisk).toBe(1)
  })

  it('each has its share of the shared equity', () => {
    const { trades, metrics } = run(
      twoLegs([[1], [1]], {}, {}),
      rows(flat(100), flat(100), flat(110)),
    )
    expect(trades.map(trade => trade.size)).toEqual([50, 50])
    expect(metrics.finalEquity).toBeCloseTo(11_000, 6)
  })

  it('a trim leaves what the strategy asked for standing, so that repeating it orders nothing', () => {
    const spec = specOf(scripted([1, 1, 1, 1, 1, 1]), {
      limits: { ...NO_RISK_LIMITS, maxExposure: 0.5 },
    })
    const { trades } = run(
      spec,
      rows(flat(100), flat(100), flat(200), flat(200), flat(200), flat(200)),
    )
    expect(trades.flatMap(trade => trade.fills.map(({ reason }) => reason))).toEqual([
      'signal',
      'risk_limit',
      'end_of_data',
    ])
  })
})

describe('exits that a strategy names', () => {
  const naming = (exits: Exits) =>
    defineStrategy({
      name: 'naming',
      description: 'Names exits',
      params: {},
      templates: {},
      indicators: () => ({}),
      initial: () => ({}),
      decide: () => long(1, exits),
    })
  const wrong: readonly Exits[] = [
    { stopLoss: NaN },
    { stopLoss: -0.1 },
    { stopLoss: 1 },
    { trailingStop: 1.5 },
    { takeProfit: -0.5 },
    { takeProfit: Infinity },
    { timeStop: 2.5 },
  ]
  for (const exits of wrong) {
    const [name, value] = Object.entries(exits)[0]!
    it(`${name} ${value} stops the run and names the candle`, () => {
      expect(() => run(specOf(naming(exits)), rows(flat(100), flat(100)))).toThrow(
        new RegExp(`naming named ${name} ${String(value)} at the candle of 1970-01-01T00:00:00Z`),
      )
    })
  }
})

describe('what is not an intent', () => {
  const saying = (word: unknown) =>
    defineStrategy({
      name: 'saying',
      description: 'Says anything',
      params: {},
      templates: {},
      indicators: () => ({}),
      initial: () => ({}),
      decide: () => word as Intent,
    })
  const words: readonly (readonly [unknown, RegExp])[] = [
    [undefined, /saying said undefined, which is not an intent, at the candle of/],
    [1, /said 1, which is not an intent/],
    ['long', /said "long", which is not an intent/],
    [{ x: 1 }, /said \{"x":1\}, which is not an intent/],
    [long('1' as unknown as number), /asked for exposure "1"/],
    [long(1, { stop_loss: 0.02 } as Exits), /named the exit stop_loss, which is not known/],
    [long(1, { stopLoss: '0.02' as unknown as number }), /named stopLoss "0.02"/],
  ]
  for (const [word, message] of words) {
    it(`${JSON.stringify(word) ?? 'undefined'} stops the run`, () => {
      expect(() => run(specOf(saying(word)), rows(flat(100), flat(100)))).toThrow(message)
    })
  }
})
