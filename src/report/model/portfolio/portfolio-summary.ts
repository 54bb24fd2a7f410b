import type { Metrics } from '../../../core/metrics/metrics.js'
import { quoteOf } from '../../../core/candles/symbols.js'
import { METRIC_FORMULAS } from '../../../core/metrics/metric-formulas.js'
import { inTwoColumns, withUnit } from '../text/metric-columns.js'
import {
  counted,
  formatAmount,
  formatChange,
  formatFixed,
  formatPercent,
  formatProfit,
} from '../../../core/number-format.js'
import { orderRows, refusalText } from '../run/order-section.js'
import { costText, limitsText } from '../run/settings-text.js'
import { stopSentence } from '../run/stop-section.js'
import { sparkline } from '../text/sparkline.js'
import { cut, pair, printable, TERMINAL_WIDTH, wrap } from '../../../core/text-layout.js'
import type { LegOutcome } from '../../../backtest/portfolio/portfolio-backtest.js'
import type { PortfolioReport } from '../../../backtest/portfolio/portfolio-run.js'

const WIDTH = TERMINAL_WIDTH
const NAME_WIDTH = 24
/** More legs than this have their correlations in the JSON only. */
const CORRELATED_MAX = 7

/** A portfolio for the terminal: at most 80 columns, no colours. */
export function summarisePortfolio(report: PortfolioReport): string {
  const blocks = [
    headerLines(report),
    stopLines(report),
    metricLines(report),
    curveLines(report),
    legLines(report),
    correlationLines(report),
    orderLines(report),
    settingLines(report),
    report.warnings.flatMap(warning => wrap(`! ${printable(warning)}`, WIDTH, '  ')),
    [cut(`run ${report.runId}, result ${report.resultHash.slice(0, 12)}`, WIDTH)],
  ]
  return `${blocks
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`
}

function headerLines({ manifest, outcome }: PortfolioReport): string[] {
  const { symbols, timeframe, allocation } = manifest
  const kinds = `${counted(symbols.length, 'symbol')}, ${counted(outcome.legs.length, 'leg')}`
  return [
    `portfolio  ${kinds}, ${timeframe}, allocation ${allocation.method}`,
    cut(`${manifest.from} to ${manifest.to}, ${formatFixed(manifest.times, 0)} times`, WIDTH),
  ]
}

/** Said before any figure. */
function stopLines({ stop }: PortfolioReport): string[] {
  return stop === null ? [] : wrap(`! ${stopSentence(stop)}`, WIDTH, '  ')
}

/** What resting orders of all legs did. */
function orderLines({ outcome: { orders } }: PortfolioReport): string[] {
  if (orders === null) return []
  const texts = orderRows(orders).map(([name, text]) => `${name.toLowerCase()} ${text}`)
  const refusals = refusalText(orders)
  const all = [...texts, ...(refusals === '' ? [] : [`refused by ${refusals}`])]
  return wrap(`orders   ${all.join(', ')}`, WIDTH, '         ')
}

/** All metrics in the order of docs/metrics.md, first down the left, then down the right. */
function metricLines({ outcome: { metrics }, manifest }: PortfolioReport): string[] {
  const quotes = new Set(manifest.symbols.map(({ symbol }) => quoteOf(symbol)))
  const symbol = quotes.size === 1 ? manifest.symbols[0]!.symbol : ''
  return inTwoColumns(Object.keys(METRIC_FORMULAS) as (keyof Metrics)[], name => {
    const { label, unit } = METRIC_FORMULAS[name]
    return pair(label, withUnit(metrics[name], unit, symbol), 37)
  })
}

function curveLines({ outcome: { equity }, manifest }: PortfolioReport): string[] {
  let [least, most] = [Infinity, -Infinity]
  for (const value of equity) {
    if (value < least) least = value
    if (value > most) most = value
  }
  const range = `from ${formatAmount(manifest.capital)}, lowest ${formatAmount(least)}, highest ${formatAmount(most)}`
  return [`equity  ${sparkline(equity, 60)}`, cut(`        ${range}`, WIDTH)]
}

const COLUMNS = [
  ['weight', 8],
  ['pnl', 13],
  ['return', 9],
  ['of vol', 9],
  ['of dd', 9],
  ['trades', 7],
] as const

/** A line a leg: its last weight, and its part of profit, return, volatility and worst drawdown. */
function legLines({ outcome: { legs, metrics } }: PortfolioReport): string[] {
  const line = (name: string, cells: readonly string[]): string =>
    cut(
      cut(name, NAME_WIDTH).padEnd(NAME_WIDTH) +
        cells.map((text, k) => ` ${text}`.padStart(COLUMNS[k]![1])).join(''),
      WIDTH,
    )
  const head = line(
    '   leg',
    COLUMNS.map(([title]) => title),
  )
  const rows = legs.map((leg, k) => {
    const { pnl, return: part, volatilityShare, drawdown } = leg.contribution
    return line(legTitle(leg, k), [
      formatPercent(leg.weight),
      formatProfit(pnl),
      formatChange(part),
      volatilityShare === null ? '–' : formatPercent(volatilityShare),
      formatChange(drawdown),
      formatFixed(leg.metrics.trades, 0),
    ])
  })
  const whole = line('   whole', [
    '',
    formatProfit(legs.reduce((sum, { contribution }) => sum + contribution.pnl, 0)),
    formatChange(metrics.totalReturn),
    metrics.volatility === null ? '–' : '100.00%',
    formatChange(-metrics.maxDrawdown),
    formatFixed(metrics.trades, 0),
  ])
  return [head, ...rows, ...(legs.length > 1 ? [whole] : [])]
}

function legTitle({ symbol, strategy }: LegOutcome, k: number): string {
  return `${String(k + 1).padStart(2)} ${printable(`${symbol} ${strategy}`)}`
}

function correlationLines({ outcome: { legs, correlations } }: PortfolioReport): string[] {
  if (legs.length < 2 || legs.length > CORRELATED_MAX) return []
  const cells = (values: readonly string[]): string => values.map(text => text.padStart(7)).join('')
  const name = (text: string): string => cut(text, NAME_WIDTH).padEnd(NAME_WIDTH)
  return [
    name('   correlation by day') + cells(legs.map((_, k) => String(k + 1))),
    ...legs.map(
      (leg, k) =>
        name(legTitle(leg, k)) +
        cells(correlations[k]!.map(value => (value === null ? '–' : formatFixed(value, 2)))),
    ),
  ]
}

function settingLines({ manifest, outcome }: PortfolioReport): string[] {
  const { allocation, costs } = manifest
  const setting = (name: string, text: string): string[] =>
    wrap(`${name.padEnd(9)}${printable(text)}`, WIDTH, '         ')
  return [
    ...setting('weights', allocationText(allocation, outcome.weights.length)),
    ...setting('costs', `${costText(costs)}, fill ${manifest.fill}`),
    ...setting('limits', limitsText(manifest.risk_limits)),
  ]
}

/** How weights are made, and how often they were. */
export function allocationText(
  allocation: PortfolioReport['manifest']['allocation'],
  made: number,
): string {
  const { method, rebalance } = allocation
  const often = `rebalance ${rebalance}, made ${counted(made, 'time')}`
  const window = `${counted(allocation.window_days, 'day')} of closes`
  switch (method) {
    case 'volatility':
      return `${method}, target ${formatPercent(allocation.target_volatility)} a year, ${window}, ${often}`
    case 'inverse-volatility':
      return `${method}, ${window}, ${often}`
    case 'kelly':
      return `${method}, fraction ${allocation.kelly_fraction}, at most ${formatPercent(allocation.kelly_cap)} a leg, ${often}`
    default:
      return method
  }
}
