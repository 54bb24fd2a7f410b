import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { monthlyReturns } from '../../../src/report/model/page/monthly-returns.js'
import { dayEnds } from '../../../src/core/candles/days.js'
import { dailyReturns, measure, type RunOutcome } from '../../../src/core/metrics/metrics.js'
import { undefinedReasons } from '../../../src/core/metrics/undefined.js'
import { figuresOf } from '../../trade-figures.js'
import { DAY_MS, HOUR_MS } from '../../../src/core/candles/time.js'
import type { Trade } from '../../../src/core/account/trade.js'

/** A day a candle, nothing traded, unless a test says otherwise. */
function outcome(
  equity: readonly number[],
  { trades = [], ...over }: Partial<Omit<RunOutcome, 'trades'>> & { trades?: Trade[] } = {},
): RunOutcome {
  return {
    capital: 100,
    timeframeMs: DAY_MS,
    time: Float64Array.from(equity, (_, i) => i * DAY_MS),
    equity: Float64Array.from(equity),
    firstOpen: 10,
    lastClose: 12,
    trades: figuresOf(trades),
    candlesInMarket: 0,
    notional: 0,
    feesPaid: 0,
    txCostsPaid: 0,
    slippagePaid: 0,
    ...over,
  }
}

function trade(pnl: number, over: Partial<Trade> = {}): Trade {
  return {
    strategy: 'x',
    side: 'long',
    entryTime: 0,
    exitTime: DAY_MS,
    entryPrice: 10,
    exitPrice: 11,
    size: 1,
    pnl,
    fees: 0,
    txCosts: 0,
    slippage: 0,
    return: pnl / 10,
    candles: 1,
    mae: 0,
    mfe: 0,
    exitReason: 'signal',
    ambiguous: false,
    entryTag: null,
    exitTag: null,
    parts: 1,
    fills: [],
    ...over,
  }
}

const hours = (...list: readonly number[]): Float64Array =>
  Float64Array.from(list, h => h * HOUR_MS)

describe('returns', () => {
  it('total return is final equity against the capital', () => {
    const metrics = measure(outcome([90, 125]))
    expect(metrics.finalEquity).toBe(125)
    expect(metrics.totalReturn).toBeCloseTo(0.25, 12)
  })

  it('CAGR spans the first open to the last close', () => {
    const half = 365.25 / 2
    const time = Float64Array.of(0, (half - 1) * DAY_MS)
    expect(measure(outcome([100, 110], { time })).cagr).toBeCloseTo(1.1 ** 2 - 1, 12)
  })

  it('CAGR is null where a day of gains would be too much for a number', () => {
    const time = Float64Array.of(0)
    expect(measure(outcome([1e9], { time, timeframeMs: HOUR_MS })).cagr).toBeNull()
  })

  it('buy and hold is the last close against the first open', () => {
    expect(measure(outcome([100])).buyAndHoldReturn).toBeCloseTo(0.2, 12)
  })
})

describe('daily ratios', () => {
  // 110, 99, 118.8 of 100 are +10 %, -10 %, +20 %: mean 1/15, sd sqrt(0.07 / 3).
  const curve = [110, 99, 118.8]
  const sd = Math.sqrt(0.07 / 3)

  it('take the first day against the capital', () => {
    const metrics = measure(outcome(curve))
    expect(metrics.sharpe).toBeCloseTo(Math.sqrt(365) / 15 / sd, 10)
    expect(metrics.volatility).toBeCloseTo(Math.sqrt(365) * sd, 10)
  })

  it('Sortino counts the days without loss in its deviation', () => {
    const downside = Math.sqrt(0.01 / 3)
    expect(measure(outcome(curve)).sortino).toBeCloseTo(Math.sqrt(365) / 15 / downside, 10)
  })

  it('read the last equity of each UTC day, by the open of its candles', () => {
    const time = hours(22, 23, 24, 47, 48)
    const run = outcome([500, 110, 7, 99, 118.8], { time, timeframeMs: HOUR_MS })
    expect(measure(run).sharpe).toBeCloseTo(Math.sqrt(365) / 15 / sd, 10)
  })

  it('a day without candles has a return of 0', () => {
    const time = Float64Array.of(0, 2 * DAY_MS)
    const { volatility } = measure(outcome([110, 99], { time }))
    expect(volatility).toBeCloseTo(Math.sqrt(365) * 0.1, 10)
  })

  it('take a candle for a point of the day in which it ends', () => {
    // Opens on Saturday 29 January 2022 and ends on Friday 4 February, and one week more.
    const week = 7 * DAY_MS
    const start = Date.UTC(2022, 0, 29)
    const run = outcome([110, 99], {
      timeframeMs: week,
      time: Float64Array.of(start, start + week),
    })
    expect([...dailyReturns(run)].map(value => Number(value.toFixed(12)))).toEqual([
      0.1, 0, 0, 0, 0, 0, 0, -0.1,
    ])
    expect([...dayEnds(run.time, week)]).toEqual([1, 1, 1, 1, 1, 1, 1, 2])
    const [year] = monthlyReturns(run)
    expect(year!.months.slice(0, 3)).toEqual([null, 99 / 100 - 1, null])
  })

  it('of hours end each day with the hour before midnight', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1 }), list => {
        const time = hours(...[...new Set(list)].sort((a, b) => a - b))
        const days = dayEnds(time, HOUR_MS)
        const dayOf = (i: number): number => Math.floor((time[i]! + HOUR_MS - 1) / DAY_MS)
        const expected = Array.from(days, (_, d) =>
          time.reduce((end, _t, i) => (dayOf(i) <= dayOf(0) + d ? i + 1 : end), 0),
        )
        expect([...days]).toEqual(expected)
      }),
    )
  })

  it('are null, and so is all that is made of them, where a day begins without equity', () => {
    const owing = measure(outcome([50, -50, 80, 110]))
    expect(owing).toMatchObject({ sharpe: null, sortino: null, volatility: null })
    expect(undefinedReasons(owing, { days: 4, isRuined: false })).toMatchObject({
      sharpe: 'ruined',
      sortino: 'ruined',
      volatility: 'ruined',
    })
    const ruined = measure(outcome([50, 40, 30], { ruinedAt: 2 * DAY_MS }))
    const nothing = { sharpe: null, sortino: null, volatility: null, cagr: null, calmar: null }
    expect(ruined).toMatchObject(nothing)
    expect(undefinedReasons(ruined, { days: 3, isRuined: true })).toMatchObject({
      cagr: 'ruined',
      calmar: 'ruined',
      sharpe: 'ruined',
    })
  })

  it('are null for a single day, and Sharpe where no day differs', () => {
    expect(measure(outcome([110]))).toMatchObject({ sharpe: null, volatility: null, sortino: null })
    const dust = measure(outcome([100, 100 * (1 + 2 ** -51), 100 * (1 - 2 ** -51), 100]))
    expect(dust, 'what floats leave of no deviation').toMatchObject({ sharpe: null, sortino: null })
    const still = measure(outcome([100, 100, 100]))
    expect(still).toMatchObject({ sharpe: null, sortino: null, volatility: 0 })
  })

  it('Sortino is null without a losing day', () => {
    const metrics = measure(outcome([110, 130]))
    expect(metrics.sortino).toBeNull()
    expect(metrics.sharpe).not.toBeNull()
  })
})

describe('drawdown', () => {
  it('is measured from the running peak, and its days to the recovery', () => {
    const metrics = measure(outcome([120, 90, 130, 117, 140]))
    expect(metrics.maxDrawdown).toBeCloseTo(0.25, 12)
    expect(metrics.maxDrawdownDays, 'close of day 1 to close of day 3').toBe(2)
  })

  it('starts at the capital and the first open', () => {
    const metrics = measure(outcome([80, 90, 95]))
    expect(metrics.maxDrawdown).toBeCloseTo(0.2, 12)
    expect(metrics.maxDrawdownDays, 'never recovered: to the last close').toBe(3)
  })

  it('has the days of the deepest, not of the longest', () => {
    const metrics = measure(outcome([99, 99, 99, 100, 50, 100]))
    expect(metrics.maxDrawdown).toBeCloseTo(0.5, 12)
    expect(metrics.maxDrawdownDays).toBe(2)
  })

  it('ulcer index is the root mean square of the drawdowns of all candles', () => {
    expect(measure(outcome([100, 80, 90, 100])).ulcerIndex).toBeCloseTo(Math.sqrt(0.05 / 4), 12)
  })

  it('Calmar divides CAGR by it, and is null without one', () => {
    const falling = measure(outcome([120, 90]))
    expect(falling.calmar).toBeCloseTo(falling.cagr! / 0.25, 12)
    expect(measure(outcome([100, 110]))).toMatchObject({
      calmar: null,
      maxDrawdown: 0,
      maxDrawdownDays: 0,
      ulcerIndex: 0,
    })
  })

  it('of a run that is wiped out is 1, and its CAGR null', () => {
    const metrics = measure(outcome([50, 0, 0]))
    expect(metrics).toMatchObject({ maxDrawdown: 1, cagr: null, calmar: null, totalReturn: -1 })
    for (const value of Object.values(metrics))
      expect(value === null || Number.isFinite(value)).toBe(true)
  })
})

describe('trades', () => {
  it('without any leave every average undefined', () => {
    expect(measure(outcome([100]))).toMatchObject({
      trades: 0,
      winRate: null,
      profitFactor: null,
      expectancy: null,
      sqn: null,
      averageWin: null,
      averageLoss: null,
      longestLosingStreak: 0,
      ambiguousTrades: 0,
    })
  })

  it('give their rates, factors and averages', () => {
    const trades = [
      trade(3),
      trade(-1),
      trade(-2),
      trade(1),
      trade(-1, { ambiguous: true }),
      trade(0),
    ]
    expect(measure(outcome([100], { trades }))).toMatchObject({
      trades: 6,
      winRate: 2 / 6,
      profitFactor: 1,
      averageWin: 2,
      averageLoss: -4 / 3,
      longestLosingStreak: 2,
      ambiguousTrades: 1,
      expectancy: expect.closeTo(0, 12) as number,
    })
  })

  it('SQN is sqrt(n) times mean by deviation of the pnl', () => {
    const trades = [trade(1), trade(2), trade(6)]
    const sd = Math.sqrt((4 + 1 + 9) / 2)
    expect(measure(outcome([100], { trades })).sqn).toBeCloseTo((Math.sqrt(3) * 3) / sd, 12)
  })

  it('expectancy is the mean return, whatever the size', () => {
    const trades = [trade(1, { return: 0.1 }), trade(100, { return: -0.04 })]
    expect(measure(outcome([100], { trades })).expectancy).toBeCloseTo(0.03, 12)
  })

  it('one trade has no SQN, winners alone no profit factor, losers alone one of 0', () => {
    const one = measure(outcome([100], { trades: [trade(2)] }))
    expect(one).toMatchObject({ sqn: null, profitFactor: null, averageLoss: null, winRate: 1 })
    const loser = measure(outcome([100], { trades: [trade(-2)] }))
    expect(loser).toMatchObject({ profitFactor: 0, averageWin: null, winRate: 0 })
  })

  it('that all gain the same have no SQN', () => {
    expect(measure(outcome([100], { trades: [trade(2), trade(2)] })).sqn).toBeNull()
  })

  it('a trade that gains nothing ends a losing streak and is no win', () => {
    const trades = [trade(-1), trade(0), trade(-1)]
    const metrics = measure(outcome([100], { trades }))
    expect(metrics).toMatchObject({ longestLosingStreak: 1, winRate: 0 })
  })
})

describe('activity', () => {
  it('exposure is a share of the candles, turnover a multiple of the capital', () => {
    const run = outcome([100, 100, 100, 100], { candlesInMarket: 3, notional: 250 })
    expect(measure(run)).toMatchObject({ exposure: 0.75, turnover: 2.5 })
  })

  it('what was paid is passed on', () => {
    const paid = { feesPaid: 1, txCostsPaid: 2, slippagePaid: 3 }
    expect(measure(outcome([100], paid))).toMatchObject(paid)
  })
})

const curve = fc.array(fc.double({ min: 1, max: 1000, noNaN: true }), {
  minLength: 1,
  maxLength: 80,
})
const RATIOS = [
  'totalReturn',
  'cagr',
  'sharpe',
  'sortino',
  'calmar',
  'volatility',
  'maxDrawdown',
  'maxDrawdownDays',
  'ulcerIndex',
] as const

describe('any curve', () => {
  it('gives the same ratios at another scale of money, exactly at a power of two', () => {
    fc.assert(
      fc.property(curve, equity => {
        const one = measure(outcome(equity))
        const two = measure(
          outcome(
            equity.map(value => value * 4),
            { capital: 400 },
          ),
        )
        for (const name of RATIOS) expect(two[name]).toBe(one[name])
      }),
    )
  })

  it('keeps its drawdown from 0 to 1 and every metric finite or null', () => {
    fc.assert(
      fc.property(curve, equity => {
        const metrics = measure(outcome(equity))
        expect(metrics.maxDrawdown).toBeGreaterThanOrEqual(0)
        expect(metrics.maxDrawdown).toBeLessThanOrEqual(1)
        expect(metrics.ulcerIndex).toBeLessThanOrEqual(metrics.maxDrawdown + 1e-12)
        expect(
          Object.values(metrics).every(value => value === null || Number.isFinite(value)),
        ).toBe(true)
      }),
    )
  })

  it('measures the same any number of whole days later', () => {
    fc.assert(
      fc.property(curve, fc.integer({ min: -5000, max: 30_000 }), (equity, days) => {
        const timeframeMs = 8 * HOUR_MS
        const time = Float64Array.from(equity, (_, i) => i * timeframeMs)
        const later = time.map(value => value + days * DAY_MS)
        expect(measure(outcome(equity, { time: later, timeframeMs }))).toEqual(
          measure(outcome(equity, { time, timeframeMs })),
        )
      }),
    )
  })
})

describe('a metric without a value', () => {
  const reasonsOf = (run: RunOutcome): Readonly<Record<string, string>> =>
    undefinedReasons(measure(run), { days: run.equity.length, isRuined: false })

  it('says that there were no trades, or no losses, or no deviation, or too little time', () => {
    const idle = reasonsOf(outcome([100, 100, 100]))
    expect(idle).toEqual({
      sharpe: 'no_trades',
      sortino: 'no_trades',
      calmar: 'no_trades',
      winRate: 'no_trades',
      profitFactor: 'no_trades',
      expectancy: 'no_trades',
      sqn: 'no_trades',
      averageWin: 'no_trades',
      averageLoss: 'no_trades',
    })
    const won = reasonsOf(outcome([110, 130], { trades: [trade(10), trade(20)] }))
    expect(won).toEqual({
      sortino: 'no_losses',
      calmar: 'no_losses',
      profitFactor: 'no_losses',
      averageLoss: 'no_losses',
    })
    const alike = reasonsOf(outcome([101, 102.01], { trades: [trade(1)] }))
    expect(alike).toMatchObject({
      sharpe: 'no_deviation',
      sortino: 'no_deviation',
      sqn: 'too_short',
    })
    expect(reasonsOf(outcome([101]))).toMatchObject({
      sharpe: 'too_short',
      volatility: 'too_short',
    })
    const even = reasonsOf(outcome([100, 100], { trades: [trade(0), trade(0)] }))
    expect(even).toMatchObject({ profitFactor: 'no_deviation', sqn: 'no_deviation' })
  })

  it('has a reason, and none that has a value does', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -50, max: 200 }), { minLength: 1, maxLength: 9 }),
        fc.array(fc.integer({ min: -2, max: 2 }), { maxLength: 4 }),
        (equity, profits) => {
          const run = outcome(equity, { trades: profits.map(profit => trade(profit)) })
          const metrics = measure(run)
          const empty = Object.entries(metrics).flatMap(([name, x]) => (x === null ? [name] : []))
          expect(Object.keys(reasonsOf(run))).toEqual(empty)
        },
      ),
    )
  })
})
