import { describe, expect, it } from 'vitest'
import { measureAsEmpyrical } from '../../../src/backtest/metric-profiles/empyrical.js'
import {
  measureAsLean,
  probability,
  seriesFigures,
} from '../../../src/backtest/metric-profiles/lean.js'
import { measureAs, PROFILE_NAMES } from '../../../src/backtest/metric-profiles/profile.js'
import { profileRun, type ProfileRun } from '../../../src/backtest/metric-profiles/profile-run.js'
import { measureAsQuantstats } from '../../../src/backtest/metric-profiles/quantstats.js'
import { normalCdf } from '../../../src/core/statistics/distributions/normal-distribution.js'
import type { Trade } from '../../../src/core/account/trade.js'
import { sampleReport } from '../run/sample-report.js'

/** Daily returns with idle days and large ones; the figures below are of exactly these. */
function drawnReturns(count: number, seed: number): Float64Array {
  let state = BigInt(seed)
  return Float64Array.from({ length: count }, (_, k) => {
    state = (state * 1103515245n + 12345n) % 2147483648n
    const drawn = (Number(state) / 2147483648 - 0.48) * 0.06
    const value = k % 7 === 3 ? 0 : drawn
    return Math.round((k % 19 === 5 ? value * 3 : value) * 1e6) / 1e6
  })
}

const [SHORT, LONG] = [drawnReturns(30, 1), drawnReturns(250, 42)]

/** What empyrical-reloaded 0.7.1 and quantstats 0.0.86 gave for these returns on Python 3.11. */
const EMPYRICAL = {
  short: {
    cum_returns_final: 0.030643540830562088,
    max_drawdown: -0.0999771103790972,
    omega_ratio: 1.1946794499754452,
    stability_of_timeseries: 0.18042657027072617,
    tail_ratio: 1.3232971288227904,
    value_at_risk: -0.02058215,
    conditional_value_at_risk: -0.038402,
    annual_return: 0.2885796871623525,
    cagr: 0.2885796871623525,
    annual_volatility: 0.28411574597117745,
    sharpe_ratio: 1.0313895099278558,
    sortino_ratio: 1.4393326805740687,
    calmar_ratio: 2.8864575708190054,
    downside_risk: 0.2035901803349071,
  },
  long365: {
    cum_returns_final: 0.4668452806654262,
    max_drawdown: -0.2072110424214265,
    omega_ratio: 1.270872383359747,
    stability_of_timeseries: 0.7815074190630006,
    tail_ratio: 1.0828450056248633,
    value_at_risk: -0.026800650000000002,
    conditional_value_at_risk: -0.03770569230769231,
    annual_return: 0.7495287738424712,
    cagr: 0.7495287738424712,
    annual_volatility: 0.3706195061316321,
    sharpe_ratio: 1.6953190255907407,
    sortino_ratio: 2.5054408172279166,
    calmar_ratio: 3.6172240874985664,
    downside_risk: 0.2507815373963562,
  },
}

const QUANTSTATS = {
  short: {
    comp: 0.030643540830562088,
    expected_return: 0.0010066197706102287,
    best: 0.030206,
    worst: -0.055487,
    avg_return: 0.001341730769230769,
    avg_win: 0.0142718,
    avg_loss: -0.016290181818181818,
    win_rate: 0.5769230769230769,
    exposure: 0.87,
    volatility: 0.28411574597117745,
    sharpe: 1.0313895099278565,
    smart_sharpe: 0.8204922801529078,
    sortino: 1.4393326805740696,
    smart_sortino: 1.1450197443499506,
    adjusted_sortino: 1.0177618988173354,
    omega: 1.1946794499754452,
    gain_to_pain_ratio: 0.19467944997544534,
    cagr: 0.2885796871623525,
    calmar: 2.8864575708190063,
    max_drawdown: -0.09997711037909718,
    ulcer_index: 0.04937748757338023,
    ulcer_performance_index: 0.6205974085867068,
    serenity_index: 0.12281690175516279,
    skew: -0.8541540699937349,
    kurtosis: 2.089139232079657,
    value_at_risk: -0.02827611489536922,
    cvar: -0.035754795418495015,
    tail_ratio: 1.3232971288227906,
    payoff_ratio: 0.8760982633153266,
    profit_ratio: 0.40043272422999693,
    profit_factor: 1.1946794499754454,
    cpc_index: 0.6038403411588446,
    common_sense_ratio: 1.5809158860160977,
    outlier_win_ratio: 2.6255904184008556,
    outlier_loss_ratio: 2.7978631858565115,
    recovery_factor: 0.34892986872416776,
    risk_return_ratio: 0.06497143209785457,
    kelly_criterion: 0.09401272223761312,
    risk_of_ruin: 7.215473784842462e-18,
    probabilistic_sharpe_ratio: 0.6330211353743379,
    consecutive_wins: 3,
    consecutive_losses: 3,
  },
  long365: {
    comp: 0.4668452806654262,
    volatility: 0.3706195061316321,
    sharpe: 1.6953190255907404,
    smart_sharpe: 1.641638998436951,
    sortino: 2.505440817227916,
    cagr: 0.7495287738424712,
    calmar: 3.617224087498566,
    ulcer_index: 0.08756349811560117,
    serenity_index: 0.5166774928287833,
    win_rate: 0.5560747663551402,
    kelly_criterion: 0.11852118219032388,
    probabilistic_sharpe_ratio: 0.9163290248104689,
    consecutive_wins: 6,
    consecutive_losses: 4,
  },
}

function expectFigures(
  found: Readonly<Record<string, number | null>>,
  wanted: Readonly<Record<string, number>>,
  tolerance = 1e-11,
): void {
  for (const [name, value] of Object.entries(wanted)) {
    const own = found[name]
    expect(own, name).toBeTypeOf('number')
    expect(Math.abs(own! / value - 1), `${name}: ${own} and ${value}`).toBeLessThan(tolerance)
  }
}

describe('--metrics-as empyrical', () => {
  it('gives what the library gives', () => {
    expectFigures(measureAsEmpyrical(SHORT, 252), EMPYRICAL.short)
    expectFigures(measureAsEmpyrical(LONG, 365), EMPYRICAL.long365)
    const names = Object.keys(measureAsEmpyrical(SHORT, 252)).sort()
    expect(names).toEqual(Object.keys(EMPYRICAL.short).sort())
  })

  // quantopian/empyrical, empyrical/tests/test_stats.py: weekly_returns and monthly_returns, whose
  // periods a year are 52 and 12; negative_returns by the day. Its Sortino ratios by week and month are
  // left out: they mix 52 and 252 periods a year, which empyrical-reloaded has mended.
  it('gives what the tests of quantopian/empyrical expect', () => {
    const wave = Float64Array.from([0, 1, 10, -4, 2, 3, 2, 1, -10], value => value / 100)
    expectFigures(
      measureAsEmpyrical(wave, 52),
      {
        annual_return: 0.24690830513998208,
        annual_volatility: 0.38851569394870583,
        calmar_ratio: 2.4690830513998208,
        downside_risk: 0.25888650451930134,
      },
      1e-8,
    )
    expectFigures(
      measureAsEmpyrical(wave, 12),
      {
        annual_return: 0.052242061386048144,
        annual_volatility: 0.18663690238892558,
        calmar_ratio: 0.52242061386048144,
        downside_risk: 0.1243650540411842,
      },
      1e-8,
    )
    const fall = Float64Array.from([0, -6, -7, -1, -9, -2, -6, -8, -5], value => value / 100)
    const falling = { sharpe_ratio: -24.406808633910085, sortino_ratio: -13.532743075043401 }
    expectFigures(measureAsEmpyrical(fall, 252), falling, 1e-8)
    const rise = Float64Array.from([1, 2, 1, 1, 1, 1, 1, 1, 1], value => value / 100)
    expectFigures(measureAsEmpyrical(rise, 252), { sharpe_ratio: 52.915026221291804 }, 1e-8)
  })

  it('gives null where the library gives nan or infinity', () => {
    const rise = Float64Array.of(0.01, 0.02, 0.01)
    const { calmar_ratio, omega_ratio, sortino_ratio } = measureAsEmpyrical(rise, 252)
    expect([calmar_ratio, omega_ratio, sortino_ratio]).toEqual([null, null, null])
    expect(measureAsEmpyrical(Float64Array.of(0.01, 0.01, 0.01), 252)['sharpe_ratio']).toBeNull()
  })
})

describe('--metrics-as quantstats', () => {
  it('gives what the library gives', () => {
    expectFigures(measureAsQuantstats(SHORT, 252), QUANTSTATS.short)
    expectFigures(measureAsQuantstats(LONG, 365), QUANTSTATS.long365)
    const names = Object.keys(measureAsQuantstats(SHORT, 252)).sort()
    expect(names).toEqual(Object.keys(QUANTSTATS.short).sort())
  })

  it('gives null for ratios of returns that never fell', () => {
    const { sortino, payoff_ratio, gain_to_pain_ratio } = measureAsQuantstats(
      Float64Array.of(0.01, 0.02, 0.01),
      252,
    )
    expect([sortino, payoff_ratio, gain_to_pain_ratio]).toEqual([null, null, null])
  })
})

const RETURNS = Float64Array.of(-0.009025132, 0.003653969, 0, 0)

function tradesOf(...profits: number[]): Trade[] {
  return profits.map(pnl => ({ pnl }) as Trade)
}

function leanRun(parts: Partial<ProfileRun>): ProfileRun {
  return {
    returns: RETURNS,
    market: RETURNS,
    turnover: new Float64Array(4),
    trades: [],
    capital: 100_000,
    finalEquity: 100_000,
    feesPaid: 0,
    spanDays: 4,
    ...parts,
  }
}

// QuantConnect/Lean, Tests/Common/Statistics/PortfolioStatisticsTests.cs. Its Sharpe ratio there has
// the risk-free rate of August 2015; the other figures have none in them.
describe('--metrics-as lean', () => {
  const benchmark = Float64Array.of(
    -0.011587791300935783,
    0.00054375782787618543,
    0.022165997700413956,
    0.006263266301918822,
  )

  it.each([
    [202, 0.00589787137120101, 0.0767976000354244, 0.167632655086644, 0.252197874915608],
    [252, 0.00735774052248839, 0.0857772727620108, 0.187233350684845, 0.257146306116665],
    [365, 0.0106570448043979, 0.103232963748978, 0.225335372429895, 0.264390639112978],
  ])(
    'gives what the tests of LEAN expect, %i days a year',
    (days, variance, deviation, tracking, psr) => {
      expectFigures(seriesFigures(RETURNS, benchmark, days), {
        'Annual Variance': variance,
        'Annual Standard Deviation': deviation,
        'Tracking Error': tracking,
        'Probabilistic Sharpe Ratio': psr,
      })
    },
  )

  it('gives the rates of trades that the tests of LEAN expect', () => {
    const figures = measureAsLean(leanRun({ trades: tradesOf(-8000, 10_800) }), 252)
    expectFigures(figures, {
      'Average Win': 0.1173913043478260869565217391,
      'Average Loss': -0.08,
      'Profit-Loss Ratio': 1.4673913043478260869565217388,
      'Win Rate': 0.5,
      'Loss Rate': 0.5,
      Expectancy: 0.5 * 1.4673913043478260869565217388 - 0.5,
    })
  })

  it('keeps the fault of its probabilistic Sharpe ratio, and mends it in the note', () => {
    // By hand for 202 days: mean -0.00134279075, deviation by n - 1 0.00540353..., G1 and G2 of MathNet.
    expect(probability(RETURNS, 202)).toBeCloseTo(0.252197874915608, 12)
    expect(probability(RETURNS, 202, 3)).toBeCloseTo(0.25911, 5)
    expect(probability(RETURNS, 202, 3)).not.toBeCloseTo(probability(RETURNS, 202), 3)
    const { notes } = measureAs(sampleReport(), { profile: 'lean', daysAYear: null })
    expect(notes[0]).toMatch(/with the raw one it is 0\.\d{6}/)
  })

  it('takes the value at risk from the last year, by the normal distribution', () => {
    const before = Float64Array.from({ length: 400 }, (_, k) => (k < 35 ? 5 : (k % 2) * 0.01))
    const { 'Value At Risk 95': atRisk } = seriesFigures(before, before, 365)
    const last = before.subarray(-365)
    const mean = last.reduce((sum, value) => sum + value, 0) / 365
    const squares = last.reduce((sum, value) => sum + (value - mean) ** 2, 0)
    expect(normalCdf((atRisk! - mean) / Math.sqrt(squares / 364))).toBeCloseTo(0.05, 12)
  })
})

describe('a run under other definitions', () => {
  const report = sampleReport()

  it('has the daily returns that its own metrics rest on', () => {
    const run = profileRun(report)
    const growth = run.returns.reduce((product, value) => product * (1 + value), 1)
    expect(growth * run.capital).toBeCloseTo(run.finalEquity, 6)
    const { metrics } = measureAs(report, { profile: 'empyrical', daysAYear: 365 })
    expect(metrics['sharpe_ratio']).toBeCloseTo(report.metrics.sharpe!, 10)
    expect(metrics['annual_volatility']).toBeCloseTo(report.metrics.volatility!, 12)
    expect(metrics['sortino_ratio']).toBeCloseTo(report.metrics.sortino!, 10)
  })

  it('adds up what was traded to the turnover of the run', () => {
    const run = profileRun(report)
    let equity = run.capital
    const traded = run.turnover.reduce((sum, share, day) => {
      equity *= 1 + run.returns[day]!
      return sum + share * equity
    }, 0)
    expect(traded / run.capital).toBeCloseTo(report.metrics.turnover, 9)
  })

  it.each(PROFILE_NAMES)('has only finite figures or null as %s', profile => {
    const { metrics, days, trades } = measureAs(report, { profile, daysAYear: null })
    expect(days).toBeGreaterThan(100)
    expect(trades).toBe(report.trades.length)
    const values = Object.values(metrics)
    expect(values.length).toBeGreaterThan(10)
    expect(values.filter(value => value !== null && !Number.isFinite(value))).toEqual([])
  })

  it('keeps the names of backtesting.py', () => {
    const { metrics } = measureAs(report, { profile: 'backtesting.py', daysAYear: null })
    expect(metrics['# Trades']).toBe(report.trades.length)
    expect(metrics['Equity Final [$]']).toBe(report.metrics.finalEquity)
    expect(metrics['Return [%]']).toBeCloseTo(
      (report.metrics.finalEquity / report.equity[0]! - 1) * 100,
      9,
    )
  })
})
