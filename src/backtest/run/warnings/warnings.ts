import type { Candles } from '../../../core/candles/candles.js'
import { isPolledSource, splitSymbol } from '../../../core/candles/symbols.js'
import { formatTime } from '../../../core/candles/time.js'
import {
  crowdingWarnings,
  historyWarning,
  intentWarnings,
  reentryWarnings,
  shortWarnings,
} from './decision-warnings.js'
import { missingIn } from '../record/candle-origin.js'
import type { OpenPosition } from '../record/open-position.js'
import type { BacktestOutcome } from '../replay/outcome.js'
import { counted } from '../../../core/number-format.js'
import type { Bounds } from '../record/report.js'
import type { RunRequest } from '../record/run-request.js'
import { settingWarnings } from './setting-warnings.js'

/** Sentences that a reader of the result must see, gravest first. */
export function warningsOf(
  request: RunRequest,
  candles: Candles,
  outcome: BacktestOutcome,
  bounds: Bounds | null,
): string[] {
  return [
    ...dataWarnings(request, candles),
    ...holeWarnings(candles, outcome),
    ...decisionWarnings(request, candles, outcome),
    ...outcome.historyMisses.map(historyWarning),
    ...intentWarnings(outcome),
    ...crowdingWarnings(outcome),
    ...reentryWarnings(outcome.trades, candles.timeframeMs),
    ...shortWarnings(outcome),
    ...settingWarnings({ ...request, sizes: request.strategies.map(one => one.risk.positionSize) }),
    ...fillWarnings(request, candles, outcome, bounds),
    ...outcome.openPositions.map(openPositionWarning),
    ...plausibilityWarnings(outcome),
  ]
}

/** What a reader must know of the candles before any result over them. */
export function dataWarnings(
  request: Pick<RunRequest, 'symbol' | 'source'>,
  candles: Candles,
): string[] {
  const warnings: string[] = []
  if (isPolledSource(request.source ?? splitSymbol(request.symbol).source)) {
    warnings.push(
      'The candles were built of polled prices: highs and lows are understated, there is no volume, and no exchange has such candles. Compare with runs on candles of the same kind alone.',
    )
  }
  if (request.symbol.startsWith('SYNTH')) {
    warnings.push(
      'The candles are synthetic: they were made by a generator, no market traded them.',
    )
  }
  const missing = missingIn(candles)
  if (missing > 0) {
    const longest = longestGap(candles)
    warnings.push(
      `${counted(missing, 'candle')} missing in the range (none was filled in); the longest hole follows the candle of ${longest}.`,
    )
  }
  return warnings
}

const HOLE_CANDLES = 24

/** A price on the far side of a hole was reached by no candle, so such a trade proves nothing. */
function holeWarnings(candles: Candles, { trades }: BacktestOutcome): string[] {
  const holes: number[] = []
  for (let i = 1; i < candles.length; i++) {
    if (candles.time[i]! - candles.time[i - 1]! > HOLE_CANDLES * candles.timeframeMs)
      holes.push(candles.time[i]!)
  }
  if (holes.length === 0) return []
  const across = trades.filter(({ entryTime, exitTime }) =>
    holes.some(end => entryTime < end && end <= exitTime),
  )
  if (across.length === 0) return []
  const total = across.reduce((sum, { pnl }) => sum + pnl, 0)
  const first = across.reduce((a, b) => (Math.abs(b.pnl) > Math.abs(a.pnl) ? b : a))
  return [
    `${counted(across.length, 'trade')} ${across.length === 1 ? 'was' : 'were'} open across a hole of more than ${HOLE_CANDLES} candles and made ${total.toFixed(2)} of the result; the largest runs from ${formatTime(first.entryTime)} to ${formatTime(first.exitTime)}.`,
  ]
}

function longestGap(candles: Candles): string {
  let at = 0
  let longest = 0
  for (let i = 1; i < candles.length; i++) {
    const gap = candles.time[i]! - candles.time[i - 1]!
    if (gap > longest) [at, longest] = [i - 1, gap]
  }
  return formatTime(candles.time[at]!)
}

function decisionWarnings(
  request: RunRequest,
  candles: Candles,
  outcome: BacktestOutcome,
): string[] {
  const warnings: string[] = []
  const names = request.strategies.map(({ strategy }) => strategy.name).join(', ')
  const last = candles.time[candles.length - 1]!
  if (!outcome.wasAsked) {
    warnings.push(
      `${names} was never asked: its indicators have no value before ${formatTime(last)}. Give it more candles or shorter windows.`,
    )
  } else if (outcome.trades.length === 0 && outcome.openPositions.length === 0) {
    warnings.push(`${names} never traded in this range.`)
  }
  const needsVolume = request.strategies.some(({ params }) => Number(params['min_volume'] ?? 0) > 0)
  if (needsVolume && candles.volume.subarray(0, candles.length).every(volume => volume === 0)) {
    warnings.push(
      'The candles carry no volume, so min_volume keeps every entry out; set min_volume=0.',
    )
  }
  if (outcome.belowMinimum > 0) {
    warnings.push(`${counted(outcome.belowMinimum, 'order')} refused as below_minimum.`)
  }
  if (outcome.notShortable > 0) {
    warnings.push(
      `${counted(outcome.notShortable, 'request')} to go short ignored: ${request.symbol} is long only (--shortable allows it in a backtest).`,
    )
  }
  if (outcome.refusedByRisk > 0) {
    warnings.push(`${counted(outcome.refusedByRisk, 'entry')} refused by a portfolio risk limit.`)
  }
  return warnings
}

function fillWarnings(
  request: RunRequest,
  candles: Candles,
  outcome: BacktestOutcome,
  bounds: Bounds | null,
): string[] {
  const warnings: string[] = []
  if (request.fill === 'close') {
    warnings.push(
      'Orders fill at the close that decided them, which nobody can trade; this mode is for comparing with published results.',
    )
  }
  const { ambiguousTrades: ambiguous, trades } = outcome.metrics
  if (ambiguous > 0) {
    warnings.push(
      `${ambiguous} of ${trades} trades touched two levels in one candle, such as stop and target. The candle does not tell which came first; the worse was assumed. ${request.detail === null ? '--detail or --bounds' : '--bounds'} shows the difference.`,
    )
  }
  if (outcome.detail !== null && outcome.detail.missed > 0) {
    const { used, missed } = outcome.detail
    warnings.push(
      `${missed} of ${used + missed} candles with an open position are not covered by the ${request.detail} candles; their own high and low decided.`,
    )
  }
  if (
    bounds &&
    Math.sign(bounds.pessimistic.totalReturn) !== Math.sign(bounds.optimistic.totalReturn)
  ) {
    warnings.push(
      'Whether this run made or lost money depends on what happened inside its candles: the two bounds differ in sign.',
    )
  }
  warnings.push(...stopWarnings(request, candles))
  if (request.market.shortable) {
    warnings.push(
      'Shorts are allowed here. Spot through Jupiter is long only, so this run cannot be promoted.',
    )
  }
  return warnings
}

/** A stop inside the usual range of one candle is decided by the story told of that candle. */
function stopWarnings(request: RunRequest, candles: Candles): string[] {
  if (request.detail !== null) return []
  const tightest = Math.min(
    ...request.strategies
      .flatMap(({ risk }) => [risk.stopLoss, risk.trailingStop])
      .filter(stop => stop > 0),
  )
  if (!Number.isFinite(tightest)) return []
  const median = medianRange(candles)
  if (tightest >= median) return []
  return [
    `The tightest stop (${percent(tightest)}) lies inside the median range of a candle (${percent(median)}): what happens inside candles decides this run. Use --detail.`,
  ]
}

/** The range of a candle by its low that half of the candles do not reach. */
export function medianRange(candles: Candles): number {
  const sampleEvery = Math.max(1, Math.floor(candles.length / 20_000))
  const ranges: number[] = []
  for (let i = 0; i < candles.length; i += sampleEvery) {
    ranges.push(candles.high[i]! / candles.low[i]! - 1)
  }
  ranges.sort((a, b) => a - b)
  return ranges[Math.floor(ranges.length / 2)]!
}

function openPositionWarning({ strategy, quantity, entryPrice, unrealised }: OpenPosition): string {
  const profit = `${unrealised < 0 ? '' : '+'}${unrealised.toFixed(2)}`
  return `${strategy} still holds ${quantity}, entered at ${Number(entryPrice.toPrecision(9))}: ${profit} unrealised at the last close, not counted as a trade.`
}

function plausibilityWarnings({ metrics }: BacktestOutcome): string[] {
  const warnings: string[] = []
  if ((metrics.sharpe ?? 0) > 4) {
    warnings.push(
      `A Sharpe ratio of ${metrics.sharpe!.toFixed(1)} is implausible for a market that others trade: look for lookahead, missing costs, or too short a range.`,
    )
  }
  if (metrics.finalEquity <= 0) warnings.push('The account was wiped out.')
  return warnings
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(2)} %`
}
