import { describe, expect, it } from 'vitest'
import { diagnose, newsOf } from '../../../src/backtest/diagnosis/diagnosis.js'
import type { Manifest } from '../../../src/backtest/run/record/manifest.js'
import { REMARK_LIMITS, SEVERITIES, type Remark } from '../../../src/backtest/diagnosis/remark.js'
import type { Report } from '../../../src/backtest/run/record/report.js'
import { summarise } from '../../../src/report/model/run/summary.js'
import { allocateCandles, type Candles } from '../../../src/core/candles/candles.js'
import type { Metrics } from '../../../src/core/metrics/metrics.js'
import { DAY_MS, HOUR_MS } from '../../../src/core/candles/time.js'
import type { Trade } from '../../../src/core/account/trade.js'
import { sampleReport } from '../run/sample-report.js'

const START = Date.UTC(2021, 0, 1)
const SAMPLE = sampleReport({ candles: 500 })

/** Calm candles: price 100, ranges of 1 %, volume 1,000. `price` and `volume` by index replace them. */
function market(
  length: number,
  own: { price?: (i: number) => number; volume?: (i: number) => number; timeframeMs?: number } = {},
): Candles {
  const { price = () => 100, volume = () => 1000, timeframeMs = HOUR_MS } = own
  const candles = allocateCandles(timeframeMs, length)
  for (let i = 0; i < length; i++) {
    candles.time[i] = START + i * timeframeMs
    candles.open[i] = price(i)
    candles.close[i] = price(i)
    candles.high[i] = price(i) * 1.005
    candles.low[i] = price(i) / 1.005
    candles.volume[i] = volume(i)
  }
  return candles
}

/** A long trade of one unit from candle `i` on that makes `pnl` after costs. */
function trade(i: number, pnl: number, own: Partial<Trade> = {}): Trade {
  const entryTime = own.entryTime ?? START + i * HOUR_MS
  const exitTime = own.exitTime ?? entryTime + 3 * HOUR_MS
  const fill = { size: own.size ?? 1, fee: 0, reason: 'signal' as const, tag: null }
  return {
    strategy: 'one',
    side: 'long',
    entryTime,
    exitTime,
    entryPrice: 100,
    exitPrice: 100 + pnl,
    size: 1,
    pnl,
    fees: 0,
    txCosts: 0,
    slippage: 0,
    return: pnl / 100,
    candles: 3,
    mae: -0.01,
    mfe: 0.01,
    exitReason: 'stop_loss',
    ambiguous: false,
    entryTag: null,
    exitTag: null,
    parts: 1,
    fills: [
      { ...fill, time: entryTime, side: 'buy', price: 100 },
      { ...fill, time: exitTime, side: 'sell', price: 100 + pnl },
    ],
    ...own,
  }
}

/** The trade, of another size in all its fills. */
function sized(one: Trade, size: number): Trade {
  return { ...one, size, fills: one.fills.map(fill => ({ ...fill, size })) }
}

interface Made {
  readonly trades?: readonly Trade[]
  readonly metrics?: Partial<Metrics>
  readonly manifest?: Partial<Manifest>
  readonly candles?: Candles
  readonly equity?: Float64Array
  readonly report?: Partial<Report>
}

/** Forty even trades through a run in which nothing is wrong, with what a test makes wrong. */
function reportOf({
  trades = even(40),
  metrics,
  manifest,
  candles = market(800),
  equity,
  report,
}: Made): Report {
  const [plain] = SAMPLE.manifest.strategies
  const risk = { ...plain!.risk_settings, stop_loss: 0.05, trailing_stop: 0, take_profit: 0 }
  return {
    ...SAMPLE,
    bounds: null,
    warnings: [],
    trades,
    candles,
    equity:
      equity ?? Float64Array.from({ length: candles.length }, (_, i) => 10_000 + (i % 7) - (i % 3)),
    manifest: { ...SAMPLE.manifest, strategies: [{ ...plain!, risk_settings: risk }], ...manifest },
    metrics: {
      ...SAMPLE.metrics,
      trades: trades.length,
      totalReturn: 0.1,
      buyAndHoldReturn: 0.1,
      exposure: 0.5,
      sharpe: 1,
      winRate: 0.6,
      maxDrawdown: 0.1,
      maxDrawdownDays: 5,
      ambiguousTrades: 0,
      ...metrics,
    },
    ...report,
  }
}

/** Trades through a run of 800 hours: of five, four win 2 and one loses 3. */
function even(count: number): Trade[] {
  return Array.from({ length: count }, (_, k) =>
    trade(Math.floor((k * 790) / count), k % 5 === 4 ? -3 : 2),
  )
}

/** What is said beside that a month of candles is no year, which these runs have in common. */
const said = (report: Report): Remark[] =>
  diagnose(report).filter(({ code }) => code !== 'short_annualised')

const find = (made: Made, code: string): Remark | undefined =>
  diagnose(reportOf(made)).find(one => one.code === code)

/** Expects a remark on one side of its threshold and none, or a lighter one, on the other. */
function bothSides(
  code: string,
  there: Made,
  notThere: Made,
  severity: Remark['severity'],
): Remark {
  const found = find(there, code)
  expect(found, `${code} is said`).toMatchObject({ code, severity })
  expect(found!.text).toMatch(/\d/)
  expect(Object.values(found!.evidence).every(Number.isFinite)).toBe(true)
  expect(find(notThere, code)?.severity, `${code} is not said, or not so`).not.toBe(severity)
  return found!
}

const costly = (cost: number): readonly Trade[] => even(40).map(one => ({ ...one, fees: cost }))

describe('diagnose', () => {
  it('has nothing to say of a run in which nothing is wrong, nor of one without trades', () => {
    expect(said(reportOf({}))).toEqual([])
    expect(diagnose(reportOf({ trades: [] }))).toEqual([])
  })

  it('puts the gravest first', () => {
    const remarks = diagnose(reportOf({ trades: [trade(5, 1)], metrics: { exposure: 0.001 } }))
    const weights = remarks.map(({ severity }) => SEVERITIES.indexOf(severity))
    expect(remarks.length).toBeGreaterThan(2)
    expect(weights).toEqual([...weights].sort((a, b) => b - a))
  })

  it('is made once for each report, and leaves out of a summary what a warning says', () => {
    const warning = 'A Sharpe ratio of 5.0 is implausible for a market that others trade: ...'
    const report = reportOf({ metrics: { sharpe: 5 }, report: { warnings: [warning] } })
    expect(diagnose(report)).toBe(diagnose(report))
    expect(said(report).map(({ code }) => code)).toEqual(['implausible_sharpe'])
    expect(newsOf(report).map(({ code }) => code)).toEqual(['short_annualised'])
    expect(newsOf(reportOf({ metrics: { sharpe: 5 } }))).toHaveLength(2)
  })
})

describe('the summary of a run', () => {
  const marks = (report: Report): string[] =>
    summarise(report, { colour: false, remarks: newsOf(report) })
      .split('\n')
      .filter(line => line.startsWith('? '))

  it('has at most eight remarks, serious ones first, each under its severity', () => {
    const wrong = reportOf({
      trades: even(12).map(one => ({
        ...sized(one, 2000),
        fees: 5,
        pnl: one.pnl - 5,
        exitTime: one.entryTime,
      })),
      metrics: { exposure: 0.001, sharpe: 1, ambiguousTrades: 5 },
    })
    const many = newsOf(wrong)
    expect(many.length).toBeGreaterThan(5)
    const twice = summarise(wrong, { colour: false, remarks: [...many, ...many] })
    const shown = twice.split('\n').filter(line => line.startsWith('? '))
    expect(shown).toHaveLength(8)
    expect(shown[0]).toMatch(/^\? serious: /)
    expect(twice).toContain(`and ${2 * many.length - 8} more remarks on the page`)
    expect(marks(reportOf({}))).toHaveLength(1)
  })
})

describe('remarks on an account that stopped', () => {
  const stop = { reason: 'max_drawdown' as const, at: START, limit: 0.2, share: 0.9 }

  it('account_stopped: first of all, and said once', () => {
    const report = reportOf({ report: { stop } })
    const [first] = diagnose(report)
    expect(first).toMatchObject({ code: 'account_stopped', severity: 'serious' })
    expect(first!.evidence).toEqual({ at: START, share: 0.9, limit: 0.2 })
    expect(newsOf(report).map(({ code }) => code)).not.toContain('account_stopped')
    expect(find({}, 'account_stopped')).toBeUndefined()
  })

  it('neither asks what kept entries out, nor who would have borne the drawdown', () => {
    const idle: Made = {
      trades: even(40).map((one, k) => trade(k, one.pnl)),
      equity: new Float64Array(800).fill(10_000),
      metrics: { maxDrawdownDays: 30 },
    }
    for (const code of ['stopped_trading', 'long_drawdown']) {
      expect(find(idle, code), code).toBeDefined()
      expect(find({ ...idle, report: { stop } }, code), code).toBeUndefined()
    }
  })
})

describe('remarks on a run whose last position is open', () => {
  const open = (unrealised: number): Partial<Report> => ({
    openPositions: [{ strategy: 'one', quantity: 1, entryPrice: 100, unrealised }],
  })

  it('count what it stands at as part of the result', () => {
    const loser = Array.from({ length: 39 }, (_, k) => trade(k * 20, k % 2 === 0 ? -1.1 : 1))
    const loss = -loser.reduce((sum, { pnl }) => sum + pnl, 0)
    const trades = [...loser, trade(790, loss + 1)]
    expect(find({ trades }, 'one_trade_made_it')).toBeDefined()
    expect(find({ trades, report: open(1) }, 'one_trade_made_it')!.text).toContain(
      '1 still open, taken at the last close',
    )
    expect(find({ trades, report: open(loss + 2) }, 'one_trade_made_it')).toBeUndefined()
  })

  it('say nothing of when it was made, of idleness, or of a loss that it makes good', () => {
    const until = (hours: number): readonly Trade[] =>
      even(40).map((one, k) => trade(Math.floor((k * hours) / 39), one.pnl))
    const still = new Float64Array(800).fill(10_000)
    const idle: Made = { trades: until(580), equity: still }
    expect(find(idle, 'stopped_trading')).toBeDefined()
    expect(find({ ...idle, report: open(0) }, 'stopped_trading')).toBeUndefined()
    const eaten = even(40).map(one => ({ ...one, pnl: one.pnl - 1, fees: 1 }))
    const metrics = { feesPaid: 40, txCostsPaid: 0, slippagePaid: 0, turnover: 1 }
    expect(find({ trades: eaten, metrics }, 'costs_eat_edge')).toBeDefined()
    expect(find({ trades: eaten, metrics, report: open(20) }, 'costs_eat_edge')).toBeUndefined()
    const late = even(40).map(one =>
      one.exitTime >= START + (800 * 2 * HOUR_MS) / 3 ? { ...one, pnl: 0 } : one,
    )
    expect(find({ trades: late }, 'edge_decay')).toBeDefined()
    expect(find({ trades: late, report: open(1) }, 'edge_decay')).toBeUndefined()
  })

  it('count it among the positions, where it is the only one too', () => {
    const report = reportOf({ trades: [], report: open(5) })
    const few = diagnose(report).find(({ code }) => code === 'few_trades')
    expect(few!.text).toMatch(/^Only 1 trade \(1 still open/)
    expect(diagnose(report).map(({ code }) => code)).not.toContain('ambiguous_result')
  })
})

describe('remarks on figures a year', () => {
  it('short_annualised: of fewer than 90 days, where there is one', () => {
    const days = (count: number): Candles => market(count, { timeframeMs: DAY_MS })
    const found = bothSides(
      'short_annualised',
      { candles: days(89) },
      { candles: days(90) },
      'warning',
    )
    expect(found.text).toContain('annualised from 89 days')
    const none = { cagr: null, sharpe: null, sortino: null, calmar: null, volatility: null }
    expect(find({ candles: days(89), metrics: none }, 'short_annualised')).toBeUndefined()
  })
})

describe('remarks on trades', () => {
  it('few_trades: below 30, serious below 10', () => {
    bothSides('few_trades', { trades: even(29) }, { trades: even(30) }, 'warning')
    bothSides('few_trades', { trades: even(9) }, { trades: even(10) }, 'serious')
  })

  it('one_trade_made_it: without the best trade the run loses', () => {
    const rest = Array.from({ length: 39 }, (_, k) => trade(k * 20, k % 2 === 0 ? -1.1 : 1))
    const loss = -rest.reduce((sum, { pnl }) => sum + pnl, 0)
    const won = Array.from({ length: 39 }, (_, k) => trade(k * 20, k % 2 === 0 ? -0.9 : 1))
    bothSides(
      'one_trade_made_it',
      { trades: [...rest, trade(790, loss + 1)] },
      { trades: [...won, trade(790, 5)] },
      'serious',
    )
  })

  it('best_trades_made_it: the best 5 % made all of it', () => {
    const rest = (loss: number): Trade[] =>
      Array.from({ length: 38 }, (_, k) => trade(k * 20, k % 2 === 0 ? 1 : -loss))
    const best = [trade(770, 15), trade(780, 15)]
    const found = bothSides(
      'best_trades_made_it',
      { trades: [...rest(1.2), ...best] },
      { trades: [...rest(0.9), ...best] },
      'warning',
    )
    expect(found.evidence).toMatchObject({ best: 30, count: 2, trades: 40 })
  })

  it('one_month: half of the profit in one of at least twelve months', () => {
    const days = market(400, { timeframeMs: DAY_MS })
    const monthly = (best: number): Trade[] =>
      Array.from({ length: 48 }, (_, k) => {
        const month = k % 12
        return trade(0, month === 5 ? best : 1, {
          entryTime: Date.UTC(2021, month, 2 + Math.floor(k / 12) * 5),
        })
      })
    // Eleven months make 4 each; with 11 a trade June makes as much as these together.
    bothSides(
      'one_month',
      { trades: monthly(11), candles: days },
      { trades: monthly(10.9), candles: days },
      'warning',
    )
    expect(
      find({ trades: monthly(11), candles: market(300, { timeframeMs: DAY_MS }) }, 'one_month'),
    ).toBeUndefined()
  })

  it('one_year: four fifths of the profit in one of at least three years', () => {
    const years = market(1200, { timeframeMs: DAY_MS })
    const yearly = (best: number): Trade[] =>
      Array.from({ length: 40 }, (_, k) =>
        trade(0, k % 4 === 1 ? best : 1, { entryTime: Date.UTC(2021 + (k % 4), k % 3, 2) }),
      )
    bothSides(
      'one_year',
      { trades: yearly(12), candles: years },
      { trades: yearly(11.9), candles: years },
      'warning',
    )
  })

  it('edge_decay: profit before, none in the last third', () => {
    const decaying = (pnl: number): Trade[] =>
      even(40).map(one => (one.exitTime >= START + (800 * 2 * HOUR_MS) / 3 ? { ...one, pnl } : one))
    bothSides('edge_decay', { trades: decaying(0) }, { trades: decaying(0.01) }, 'warning')
  })

  it('stopped_trading: no trade in more than the last quarter', () => {
    const until = (hours: number): Made => ({
      trades: even(40).map((one, k) => trade(Math.floor((k * hours) / 39), one.pnl)),
      equity: new Float64Array(800).fill(10_000),
    })
    bothSides('stopped_trading', until(580), until(600), 'warning')
  })

  it('implausible_win_rate: more than 90 % of 30 trades', () => {
    bothSides(
      'implausible_win_rate',
      { metrics: { winRate: 0.91 } },
      { metrics: { winRate: 0.9 } },
      'warning',
    )
    expect(
      find({ trades: even(29), metrics: { winRate: 1 } }, 'implausible_win_rate'),
    ).toBeUndefined()
  })
})

describe('remarks on costs', () => {
  const net = even(40).reduce((sum, { pnl }) => sum + pnl, 0)

  it('costs_eat_edge: gross profit above 0, net at or below', () => {
    const eaten = even(40).map(one => ({ ...one, pnl: one.pnl - 1, fees: 1 }))
    const left = even(40).map(one => ({ ...one, pnl: one.pnl - 0.99, fees: 0.99 }))
    const found = bothSides('costs_eat_edge', { trades: eaten }, { trades: left }, 'serious')
    expect(found.evidence).toMatchObject({ gross: 40, costs: 40, net: 0 })
    // 80 sides of about 100 each share a gross profit of 40: 50 bps of a side.
    expect(found.evidence['breakeven_bps']).toBeCloseTo(49.75, 0)
    expect(found.evidence['assumed_bps']).toBeCloseTo(found.evidence['breakeven_bps']!, 9)
  })

  it('costs_take_share, trade_below_cost, breakeven_near: a third, half, two thirds of the gross profit', () => {
    const each = net / 40
    bothSides(
      'costs_take_share',
      { trades: costly(each * 0.51) },
      { trades: costly(each * 0.49) },
      'note',
    )
    bothSides(
      'trade_below_cost',
      { trades: costly(each * 1.01) },
      { trades: costly(each * 0.99) },
      'warning',
    )
    bothSides(
      'breakeven_near',
      { trades: costly(each * 2.01) },
      { trades: costly(each * 1.99) },
      'warning',
    )
    const codes = said(reportOf({ trades: costly(each * 2.01) })).map(({ code }) => code)
    expect(codes).toEqual(['breakeven_near'])
  })

  it('loses_when_late: nothing is left where orders fill one candle later', () => {
    const rising = (rise: number): Candles =>
      market(800, { price: i => (i % 4 === 1 ? 100 + rise : 100) })
    const each = net / 40
    const entries = Array.from({ length: 40 }, (_, k) => trade(k * 20, each))
    bothSides(
      'loses_when_late',
      { trades: entries, candles: rising(each + 0.01) },
      { trades: entries, candles: rising(each - 0.01) },
      'serious',
    )
  })
})

describe('remarks on candles', () => {
  it('stop_inside_candle: a stop below the median range', () => {
    const [plain] = SAMPLE.manifest.strategies
    const stop = (stopLoss: number, detail: Manifest['detail'] = null): Made => ({
      manifest: {
        detail,
        strategies: [
          {
            ...plain!,
            risk_settings: { ...plain!.risk_settings, stop_loss: stopLoss, trailing_stop: 0 },
          },
        ],
      },
    })
    bothSides('stop_inside_candle', stop(0.0099), stop(0.0101), 'warning')
    expect(find(stop(0.0099, { timeframe: '1m', hash: 'x' }), 'stop_inside_candle')).toBeUndefined()
  })

  it('ambiguous_result: a tenth of the trades, or bounds of two signs', () => {
    bothSides(
      'ambiguous_result',
      { metrics: { ambiguousTrades: 4 } },
      { metrics: { ambiguousTrades: 3 } },
      'warning',
    )
    const bounds = (worst: number): Made => ({
      report: {
        bounds: {
          pessimistic: { finalEquity: 10_000 * (1 + worst), totalReturn: worst },
          optimistic: { finalEquity: 11_000, totalReturn: 0.1 },
        },
      },
    })
    bothSides('ambiguous_result', bounds(-0.01), bounds(0.01), 'serious')
  })

  it('same_candle_exits: a fifth of the trades', () => {
    const quick = (count: number): Made => ({
      trades: even(40).map((one, k) => (k < count ? { ...one, exitTime: one.entryTime } : one)),
    })
    bothSides('same_candle_exits', quick(8), quick(7), 'warning')
  })

  it('data_holes: candles missing while a trade was open, a warning from a fifth of what was won and lost', () => {
    const holed = (): Candles => {
      const candles = market(800)
      for (let i = 102; i < 800; i++) candles.time[i] = candles.time[i]! + HOUR_MS
      return candles
    }
    const elsewhere = even(40).filter(({ entryTime, exitTime }) => {
      const [hole, after] = [START + 101 * HOUR_MS, START + 103 * HOUR_MS]
      return exitTime <= hole || entryTime >= after
    })
    const across = (pnl: number): Made => ({
      trades: [...elsewhere, trade(100, pnl)],
      candles: holed(),
    })
    expect(find(across(2), 'data_holes')).toMatchObject({
      severity: 'note',
      evidence: { trades_across: 1, pnl: 2 },
    })
    bothSides('data_holes', across(30), across(2), 'warning')
    expect(find({ candles: market(800) }, 'data_holes')).toBeUndefined()
  })

  it('idle_candles_traded: fills without volume, a warning from a twentieth', () => {
    const entries = Array.from({ length: 40 }, (_, k) => trade(k * 20, k % 5 === 4 ? -3 : 2))
    const idle = (count: number): Made => ({
      trades: entries,
      candles: market(800, { volume: i => (i % 20 === 0 && i < count * 20 ? 0 : 1000) }),
    })
    bothSides('idle_candles_traded', idle(4), idle(3), 'warning')
    expect(find(idle(3), 'idle_candles_traded')!.severity).toBe('note')
    expect(find(idle(0), 'idle_candles_traded')).toBeUndefined()
    expect(
      find({ trades: entries, candles: market(800, { volume: () => 0 }) }, 'idle_candles_traded'),
    ).toBeUndefined()
  })

  it('fills_above_volume: a tenth of a candle, a warning from a twentieth of the fills, serious above whole candles', () => {
    const large = (count: number, share: number): Made => ({
      trades: even(40).map((one, k) => (k < count ? sized(one, share * 1000) : one)),
    })
    expect(find(large(1, 0.101), 'fills_above_volume')!.severity).toBe('note')
    expect(find(large(40, 0.1), 'fills_above_volume')).toBeUndefined()
    bothSides('fills_above_volume', large(2, 0.101), large(1, 0.101), 'warning')
    bothSides('fills_above_volume', large(2, 1.01), large(2, 1), 'serious')
  })
})

describe('remarks on equity', () => {
  it('implausible_sharpe: above 3 with 30 trades or more', () => {
    bothSides(
      'implausible_sharpe',
      { metrics: { sharpe: 3.01 } },
      { metrics: { sharpe: 3 } },
      'serious',
    )
    expect(find({ trades: even(29), metrics: { sharpe: 9 } }, 'implausible_sharpe')).toBeUndefined()
  })

  it('rarely_in_market: below 2 % of the time', () => {
    bothSides(
      'rarely_in_market',
      { metrics: { exposure: 0.019 } },
      { metrics: { exposure: 0.02 } },
      'note',
    )
  })

  it('behind_same_exposure: less than holding the same share', () => {
    const behind = (totalReturn: number): Made => ({
      metrics: { totalReturn, buyAndHoldReturn: 1, exposure: 0.5 },
    })
    bothSides('behind_same_exposure', behind(0.49), behind(0.5), 'warning')
    expect(
      find({ metrics: { totalReturn: -0.3, buyAndHoldReturn: -0.5 } }, 'behind_same_exposure'),
    ).toBeUndefined()
  })

  it('always_in_and_behind: more than 95 % of the time', () => {
    const always = (exposure: number): Made => ({
      metrics: { totalReturn: 0.3, buyAndHoldReturn: 0.5, exposure },
    })
    bothSides('always_in_and_behind', always(0.96), always(0.95), 'warning')
  })

  it('almost_holding: correlation of 0.95 at 80 % of the time', () => {
    const candles = market(800, { price: i => 100 + 5 * Math.sin(i / 9) })
    const beside = (noise: number, exposure = 0.9): Made => ({
      candles,
      equity: Float64Array.from(
        candles.close,
        (close, i) => close * 100 * (1 + noise * ((i % 2) - 0.5)),
      ),
      metrics: { exposure },
    })
    bothSides('almost_holding', beside(0.0005), beside(0.01), 'warning')
    expect(find(beside(0.0005, 0.79), 'almost_holding')).toBeUndefined()
  })

  it('long_drawdown: longer than a third of a run of a month', () => {
    const candles = market(45, { timeframeMs: DAY_MS })
    const long = (maxDrawdownDays: number): Made => ({
      candles,
      trades: even(40).map(one => ({ ...one, entryTime: START, exitTime: START + 40 * DAY_MS })),
      metrics: { maxDrawdownDays },
    })
    bothSides('long_drawdown', long(15.1), long(15), 'warning')
    expect(
      find(
        {
          candles: market(200),
          trades: even(40).filter(({ exitTime }) => exitTime < START + 200 * HOUR_MS),
          metrics: { maxDrawdownDays: 8 },
        },
        'long_drawdown',
      ),
    ).toBeUndefined()
  })
})

describe('limits', () => {
  it('are those of docs/diagnosis.md', () => {
    expect(REMARK_LIMITS).toMatchObject({
      tradesFew: 30,
      sharpe: 3,
      winRate: 0.9,
      correlation: 0.95,
    })
  })
})
