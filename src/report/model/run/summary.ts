import type { Metrics } from '../../../core/metrics/metrics.js'
import { EXIT_REASONS, type Trade } from '../../../core/account/trade.js'
import { METRIC_FORMULAS } from '../../../core/metrics/metric-formulas.js'
import { inTwoColumns, withUnit } from '../text/metric-columns.js'
import { formatAmount, formatChange, formatFixed } from '../../../core/number-format.js'
import { orderRows, refusalText } from './order-section.js'
import { boundsSentence, isSynthetic, spanOf, strategyNames } from './page-sections.js'
import type { Remark } from '../../../backtest/diagnosis/remark.js'
import type { Report } from '../../../backtest/run/record/report.js'
import { groupCells, groupTrades, TAG_GROUPS } from './trade-groups.js'
import { originRows, settingRows } from './settings-text.js'
import { stopSentence } from './stop-section.js'
import { sparkline } from '../text/sparkline.js'
import { cut, pair, printable, TERMINAL_WIDTH, widthOf, wrap } from '../../../core/text-layout.js'

const WIDTH = TERMINAL_WIDTH
const SPARK_WIDTH = 60
const REMARKS_MAX = 8
const TAGS_MAX = 12

export interface SummaryOptions {
  readonly colour: boolean
  /** What the warnings of the report do not say yet, gravest first. */
  readonly remarks: readonly Remark[]
}

/** A run for the terminal: at most 80 columns, colour only where asked for. */
export function summarise(report: Report, { colour, remarks }: SummaryOptions): string {
  const paint: Paint = colour ? (code, text) => `\x1b[${code}m${text}\x1b[0m` : (_, text) => text
  const blocks = [
    headerLines(report, paint),
    stopLines(report, paint),
    metricLines(report, paint),
    curveLines(report),
    exitLines(report.trades, paint),
    ...TAG_GROUPS.map(([title, nameOf]) => tagLines(report.trades, { title, nameOf }, paint)),
    orderLines(report, paint),
    boundsLines(report),
    settingLines(report),
    report.warnings.flatMap(warning => warningLines(warning, paint)),
    remarks.slice(0, REMARKS_MAX).flatMap(remark => remarkLines(remark, paint)),
    moreLines(remarks.length - REMARKS_MAX),
    [
      paint(
        '2',
        `run ${cut(printable(report.runId), 40)}, result ${report.resultHash.slice(0, 12)}`,
      ),
    ],
  ]
  return `${blocks
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`
}

/** Wraps text in an ANSI style, after it has been laid out. */
type Paint = (code: string, text: string) => string

const BOLD = '1'
const GREEN = '32'
const RED = '31'
const YELLOW = '33'

function headerLines(report: Report, paint: Paint): string[] {
  const { manifest } = report
  const { since, until } = spanOf(report)
  const market = `${printable(manifest.symbol)} ${manifest.timeframe}`
  const name = cut(printable(strategyNames(report)), Math.max(12, WIDTH - 2 - widthOf(market)))
  const room = WIDTH - 2 - widthOf(name)
  const kind = isSynthetic(report) ? ', synthetic data' : ''
  return [
    `${paint(BOLD, name)}  ${cut(market, room)}`,
    cut(`${since} to ${until} UTC, ${formatFixed(manifest.candles, 0)} candles${kind}`, WIDTH),
  ]
}

/** Said before any figure: what follows is of an account that stopped. */
function stopLines({ stop }: Report, paint: Paint): string[] {
  if (stop === null || stop === undefined) return []
  return wrap(`! ${stopSentence(stop)}`, WIDTH, '  ').map(line => paint(RED, line))
}

/** All metrics in the order of docs/metrics.md, first down the left, then down the right. */
function metricLines({ metrics, manifest }: Report, paint: Paint): string[] {
  const cell = (name: keyof Metrics): string => {
    const { label, unit } = METRIC_FORMULAS[name]
    const value = metrics[name]
    const text = pair(label, withUnit(value, unit, manifest.symbol), 37)
    return unit === 'change' && value !== null && value !== 0
      ? paint(value < 0 ? RED : GREEN, text)
      : text
  }
  return inTwoColumns(Object.keys(METRIC_FORMULAS) as (keyof Metrics)[], cell)
}

function curveLines({ equity, manifest }: Report): string[] {
  if (equity.length === 0) return []
  let [least, most] = [Infinity, -Infinity]
  for (const value of equity) {
    if (value < least) least = value
    if (value > most) most = value
  }
  const range = `from ${formatAmount(manifest.capital)}, lowest ${formatAmount(least)}, highest ${formatAmount(most)}`
  return [`equity  ${sparkline(equity, SPARK_WIDTH)}`, cut(`        ${range}`, WIDTH)]
}

function exitLines(trades: readonly Trade[], paint: Paint): string[] {
  const groups = groupTrades(trades, ({ exitReason }) => exitReason, EXIT_REASONS)
  const lines = groups.map(group => groupLine(group.name.replaceAll('_', ' '), groupCells(group)))
  return groups.length === 0 ? [] : [paint('2', groupLine('exit', GROUP_HEAD)), ...lines]
}

const GROUP_HEAD = ['trades', 'won', 'pnl'] as const

function groupLine(name: string, cells: readonly string[], width = 16): string {
  return cut(
    cut(printable(name), width - 1).padEnd(width) + cells.map(text => text.padStart(16)).join(''),
    WIDTH,
  )
}

/** Trades by the tags of a strategy, as many as a screen holds. */
function tagLines(
  trades: readonly Trade[],
  { title, nameOf }: { title: string; nameOf: (trade: Trade) => string | null },
  paint: Paint,
): string[] {
  const groups = groupTrades(trades, nameOf)
  if (groups.length === 0) return []
  const listed = groups
    .slice(0, TAGS_MAX)
    .map(group => groupLine(group.name, groupCells(group), 32))
  const more = groups.length - listed.length
  return [
    paint('2', groupLine(title, GROUP_HEAD, 32)),
    ...listed,
    ...(more > 0 ? [`and ${formatFixed(more, 0)} more`] : []),
  ]
}

/** What resting orders did, in two columns. */
function orderLines({ orders }: Report, paint: Paint): string[] {
  if (orders === null || orders === undefined) return []
  const lines = inTwoColumns(orderRows(orders), ([name, text]) => pair(name, text, 37))
  const refusals = refusalText(orders)
  return [
    paint('2', 'Resting orders'),
    ...lines,
    ...(refusals === '' ? [] : wrap(`refused: ${refusals}`, WIDTH, '  ')),
  ]
}

function boundsLines({ bounds, metrics }: Report): string[] {
  if (bounds === null) return []
  const { pessimistic, optimistic } = bounds
  const totals = `bounds  ${formatChange(pessimistic.totalReturn)} (pessimistic) to ${formatChange(optimistic.totalReturn)} (optimistic)`
  return [
    cut(totals, WIDTH),
    ...wrap(boundsSentence(bounds, metrics.ambiguousTrades), WIDTH - 8).map(
      line => `        ${line}`,
    ),
  ]
}

function settingLines(report: Report): string[] {
  return [...originRows(report), ...settingRows(report.manifest)].flatMap(([name, text]) =>
    wrap(`${name.padEnd(8)}${printable(text)}`, WIDTH, '        '),
  )
}

function warningLines(warning: string, paint: Paint): string[] {
  return wrap(`! ${printable(warning)}`, WIDTH, '  ').map(line => paint(YELLOW, line))
}

/** Says that the page has more. */
function moreLines(more: number): string[] {
  return more > 0 ? [`and ${more} more ${more === 1 ? 'remark' : 'remarks'} on the page`] : []
}

/** A remark under its severity, serious ones in red. */
function remarkLines({ severity, text }: Remark, paint: Paint): string[] {
  const code = severity === 'serious' ? RED : severity === 'warning' ? YELLOW : '2'
  return wrap(`? ${severity}: ${printable(text)}`, WIDTH, '  ').map(line => paint(code, line))
}
