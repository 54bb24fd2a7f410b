import { parseIso } from '../../core/candles/time.js'
import { indexAtOrAfter } from '../../core/candles/candles.js'
import { measureAsBacktestingPy, type BacktestingPyStats } from './backtesting-py.js'
import type { Report } from '../run/record/report.js'
import { finiteFigures, type ForeignMetrics } from './profile-run.js'

/** Our name of each figure, and the one that backtesting.py prints. */
const NAMES: { readonly [K in keyof BacktestingPyStats]: string } = {
  exposurePercent: 'Exposure Time [%]',
  equityFinal: 'Equity Final [$]',
  equityPeak: 'Equity Peak [$]',
  returnPercent: 'Return [%]',
  buyAndHoldPercent: 'Buy & Hold Return [%]',
  annualReturnPercent: 'Return (Ann.) [%]',
  annualVolatilityPercent: 'Volatility (Ann.) [%]',
  cagrPercent: 'CAGR [%]',
  sharpe: 'Sharpe Ratio',
  sortino: 'Sortino Ratio',
  calmar: 'Calmar Ratio',
  alphaPercent: 'Alpha [%]',
  beta: 'Beta',
  maxDrawdownPercent: 'Max. Drawdown [%]',
  avgDrawdownPercent: 'Avg. Drawdown [%]',
  maxDrawdownDays: 'Max. Drawdown Duration [days]',
  trades: '# Trades',
  winRatePercent: 'Win Rate [%]',
  bestTradePercent: 'Best Trade [%]',
  worstTradePercent: 'Worst Trade [%]',
  avgTradePercent: 'Avg. Trade [%]',
  profitFactor: 'Profit Factor',
  expectancyPercent: 'Expectancy [%]',
  sqn: 'SQN',
  kelly: 'Kelly Criterion',
}

/** The figures of backtesting.py under the names that it prints. */
export function backtestingPyFigures(report: Report): ForeignMetrics {
  const { candles, equity, trades, manifest } = report
  const asked = manifest.decide_from
  const firstTradable = asked === null ? 0 : indexAtOrAfter(candles, parseIso(asked))
  const stats = measureAsBacktestingPy({ candles, equity, trades, firstTradable })
  const names = Object.keys(NAMES) as (keyof BacktestingPyStats)[]
  return finiteFigures(Object.fromEntries(names.map(name => [NAMES[name], stats[name]])))
}
