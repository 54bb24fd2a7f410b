import { DEFAULT_COSTS } from '../../src/core/account/costs.js'
import { expect, it } from 'vitest'
import { measureAsBacktestingPy } from '../../src/backtest/metric-profiles/backtesting-py.js'
import { runBacktest } from '../../src/backtest/run/replay/backtest.js'
import {
  bollinger,
  crossedOver,
  crossedUnder,
  defineStrategy,
  ema,
  FLAT,
  HOLD,
  long,
  short,
  sma,
  standardDeviation,
  type Intent,
} from '../../src/core/index.js'
import { DAY_MS } from '../../src/core/candles/time.js'
import { specOf } from '../run-spec.js'
import { describeWithData, readShared } from './shared-data.js'

/** Always in the market, turned round at each cross; flat at the last open, as backtesting.py ends. */
const smaCross = (lastTime: number) =>
  defineStrategy({
    name: 'sma_cross',
    description: 'SMA(10) against SMA(30), long or short',
    params: {},
    templates: {},
    indicators: () => ({ fast: sma(10), slow: sma(30) }),
    initial: () => ({}),
    decide({ time, indicators: { fast, slow } }): Intent {
      if (time === lastTime) return FLAT
      if (crossedOver(fast, slow)) return long(1)
      return crossedUnder(fast, slow) ? short(1) : HOLD
    },
  })

describeWithData('backtesting.py on GOOG', () => {
  const candles = readShared('peer-backtestingpy-GOOG.csv', DAY_MS)
  const strategy = smaCross(candles.time[candles.length - 2]!)
  const outcome = runBacktest({
    spec: specOf(strategy, { market: { step: 1, shortable: true } }),
    candles,
    first: 0,
  })
  const stats = measureAsBacktestingPy({
    candles,
    equity: outcome.equity,
    trades: outcome.trades,
    firstTradable: outcome.decideFrom,
  })
  const published: Readonly<Record<string, number>> = {
    trades: 66,
    equityFinal: 51_422.99,
    equityPeak: 75_787.44,
    returnPercent: 414.2299,
    cagrPercent: 21.160245705962623,
    sharpe: 0.5806232244485349,
    sortino: 1.0853434352488662,
    calmar: 0.44166409202994605,
    maxDrawdownPercent: -47.98012705007589,
    avgDrawdownPercent: -5.925851581948801,
    maxDrawdownDays: 584,
    winRatePercent: 46.96969696969697,
    bestTradePercent: 53.59595229490424,
    worstTradePercent: -18.39887353835481,
    avgTradePercent: 2.531715975158555,
    profitFactor: 2.167945974262033,
    expectancyPercent: 3.2748078066748834,
    sqn: 1.0766187356697705,
    kelly: 0.1518705127029717,
    exposurePercent: 96.74115456238361,
    buyAndHoldPercent: 522.0601851851852,
  }
  for (const [name, value] of Object.entries(published)) {
    it(`gives its ${name} to 1e-8`, () => {
      const got = stats[name as keyof typeof stats]
      expect(
        Math.abs(got - value) / Math.max(1, Math.abs(value)),
        `${got} against ${value}`,
      ).toBeLessThan(1e-8)
    })
  }
  const rounded = {
    annualReturnPercent: 21.191099,
    annualVolatilityPercent: 36.497161,
    alphaPercent: 394.373911,
    beta: 0.038034,
  }
  for (const [name, value] of Object.entries(rounded)) {
    it(`gives its ${name} to the six decimals it was published with`, () => {
      expect(Math.abs(stats[name as keyof typeof stats] - value)).toBeLessThan(6e-7)
    })
  }
})

/** A cross compares with the last difference that was not zero, as backtrader's does. */
const smaSide = defineStrategy({
  name: 'sma_side',
  description: 'Long one unit from a cross of the close above SMA(15) to the cross below',
  params: {},
  templates: {},
  indicators: () => ({ average: sma(15) }),
  initial: () => ({ side: 0 }),
  decide({ candle, indicators: { average } }, state): Intent {
    const side = Math.sign(candle.close.at(0) - average.at(0))
    const before = state.side
    if (side !== 0) state.side = side
    if (before === 0 || side === 0 || side === before) return HOLD
    return side > 0 ? long(1) : FLAT
  },
})

describeWithData('backtrader SMA(15) on 2006-day-001', () => {
  const candles = readShared('peer-backtrader-2006-day-001.csv', DAY_MS)
  // One unit a trade: the step is a whole unit, and the amount buys one but never two.
  const spec = specOf(smaSide, {
    market: { step: 1 },
    risk: { positionSize: { kind: 'quote', amount: 5000 } },
    keepOpen: true,
  })
  const { trades, equity, openPositions } = runBacktest({ spec, candles, first: 0 })

  it('buys and sells at every published price', () => {
    expect(trades.map(trade => trade.entryPrice)).toEqual([
      3643.35, 3801.03, 3872.37, 3863.57, 3845.32, 3656.43, 3542.65, 3639.65, 3799.86, 3840.2,
      4047.63,
    ])
    expect(trades.map(trade => trade.exitPrice)).toEqual([
      3763.95, 3811.85, 3822.35, 3822.57, 3829.82, 3598.58, 3545.92, 3766.8, 3782.15, 3979.73,
      4045.05,
    ])
    expect(trades.every(trade => trade.size === 1)).toBe(true)
    expect(openPositions, 'the twelfth buy stays open').toHaveLength(1)
  })

  it('ends with the published value', () => {
    expect(equity[equity.length - 1]).toBeCloseTo(10_284.1, 2)
  })
})

const macdSign = defineStrategy({
  name: 'macd_sign',
  description: 'MACD 12/26/9 seeded by the first close',
  params: {},
  templates: {},
  indicators: () => {
    const seed = { seed: 'first' as const }
    const fast = ema(12, 'close', seed)
    const slow = ema(26, 'close', seed)
    return { fast, slow }
  },
  initial: () => ({ signal: 0, before: 0, count: 0 }),
  decide({ indicators: { fast, slow } }, state): Intent {
    const line = fast.at(0) - slow.at(0)
    state.signal = state.count === 0 ? line : state.signal + 0.2 * (line - state.signal)
    const now = line - state.signal
    const { before, count } = state
    state.before = now
    state.count += 1
    if (count === 0) return HOLD
    if (before < 0 && now > 0) return long(1)
    return before > 0 && now < 0 ? FLAT : HOLD
  },
})

const bands = defineStrategy({
  name: 'bands',
  description: 'Bollinger 20, two sample deviations',
  params: {},
  templates: {},
  indicators: () => ({
    middle: bollinger(20, 2).middle,
    deviation: standardDeviation(20, 'close', { spread: 'sample' }),
  }),
  initial: () => ({}),
  decide({ candle, indicators: { middle, deviation } }): Intent {
    const close = candle.close.at(0)
    if (close <= middle.at(0) - 2 * deviation.at(0)) return long(1)
    return close >= middle.at(0) + 2 * deviation.at(0) ? FLAT : HOLD
  },
})

/**
 * The published account takes its fee from the cash before a buy, ours spends it with the buy:
 * 0.999 against 1/1.001 of the cash, one part in a million a trade. Hence the tolerance.
 */
describeWithData('a published study of BTC and ETH, filled at the close', () => {
  const published = [
    ['btc', macdSign, 1528.15, 0.946, 54.3, 110],
    ['btc', bands, -31.29, 0.1472, 85.46, 29],
    ['eth', macdSign, 602.51, 0.686, 69.88, 116],
    ['eth', bands, -42.38, 0.1894, 90.65, 27],
  ] as const
  for (const [coin, strategy, totalReturn, sharpe, drawdown, trades] of published) {
    it(`gives its return, Sharpe, drawdown and trades for ${strategy.name} on ${coin}`, () => {
      const candles = readShared(`${coin}-usdt_binance-spot_1d.csv`, DAY_MS)
      const spec = specOf(strategy, {
        fill: 'close',
        keepOpen: true,
        costs: { ...DEFAULT_COSTS, fee: 0.001, makerFee: 0.001, slippage: 0.0005, txCost: 0 },
      })
      const { metrics } = runBacktest({ spec, candles, first: 0 })
      expect(metrics.trades).toBe(trades)
      expect(Math.abs(metrics.totalReturn * 100 - totalReturn)).toBeLessThan(
        0.005 + Math.abs(100 + totalReturn) * 1.2e-4,
      )
      expect(metrics.maxDrawdown * 100).toBeCloseTo(drawdown, 1)
      expect(metrics.sharpe).toBeCloseTo(sharpe, 3)
    })
  }
})
