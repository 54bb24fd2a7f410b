import { cutCandles } from '../../core/candles/candles.js'
import { isAdaptive, KELLY_TRADES } from '../../core/engine/allocation/allocation.js'
import { DAY_MS, formatTime } from '../../core/candles/time.js'
import { shortAnnualisedText } from '../diagnosis/diagnosis-equity.js'
import { REMARK_LIMITS } from '../diagnosis/remark.js'
import type { BacktestInput, BacktestOutcome } from '../run/replay/outcome.js'
import { formatFixed } from '../../core/number-format.js'
import type { RunRequest } from '../run/record/run-request.js'
import { crowdingWarnings } from '../run/warnings/decision-warnings.js'
import { warningsOf } from '../run/warnings/warnings.js'
import { mergeWarnings } from './merged-warnings.js'
import type { PortfolioOutcome } from './portfolio-backtest.js'
import type { PortfolioRequest } from './portfolio-request.js'

/** Sentences that a reader of a portfolio must see: those of its symbols, then those of the whole. */
export function portfolioWarnings(
  request: PortfolioRequest,
  inputs: readonly BacktestInput[],
  outcome: PortfolioOutcome,
): string[] {
  const own = request.runs.flatMap((run, m) =>
    symbolWarnings(run, inputs[m]!, outcome, m).map(text => ({ symbol: run.symbol, text })),
  )
  return [
    ...mergeWarnings(own),
    ...spanWarnings(request, inputs, outcome),
    ...crowdingWarnings(outcome),
    ...weightWarnings(request, outcome),
    ...shortWarnings(outcome),
  ]
}

/** What a run of the symbol alone would say of its candles, its orders and its trades. */
function symbolWarnings(
  run: RunRequest,
  { candles, first }: BacktestInput,
  outcome: PortfolioOutcome,
  m: number,
): string[] {
  const legs = outcome.legs.filter(({ symbol }) => symbol === run.symbol)
  const { decideFrom, detail } = outcome.markets[m]!
  const sum = (count: (leg: (typeof legs)[number]) => number): number =>
    legs.reduce((total, leg) => total + count(leg), 0)
  const cut = cutCandles(candles, first, candles.length)
  const alike: BacktestOutcome = {
    time: cut.time,
    equity: outcome.equity,
    trades: outcome.trades.filter(({ symbol }) => symbol === run.symbol),
    tradeRows: outcome.tradeRows,
    metrics: {
      ...legs[0]!.metrics,
      // What is implausible is so in the whole; it is said once, below.
      sharpe: null,
      finalEquity: 1,
      trades: sum(({ metrics }) => metrics.trades),
      ambiguousTrades: sum(({ metrics }) => metrics.ambiguousTrades),
    },
    columns: [],
    ruinedAt: null,
    haltedAt: null,
    decideFrom,
    wasAsked: decideFrom < candles.length,
    belowMinimum: sum(leg => leg.belowMinimum),
    notShortable: sum(leg => leg.notShortable),
    refusedByRisk: sum(leg => leg.refusedByRisk),
    orders: null,
    orderLog: null,
    exitsIgnored: sum(leg => leg.exitsIgnored),
    idleLevels: sum(leg => leg.idleLevels),
    // Of all symbols together, and said once below.
    decidedByName: 0,
    scaledEntries: 0,
    historyMisses: legs.flatMap(({ historyMiss }) => historyMiss ?? []),
    openPositions: legs.flatMap(({ openPosition }) => openPosition ?? []),
    detail,
  }
  return warningsOf(run, cut, alike, null)
}

/** A symbol that joins late or ends early leaves its share idle. */
function spanWarnings(
  { runs }: PortfolioRequest,
  inputs: readonly BacktestInput[],
  { time, endedEarly }: PortfolioOutcome,
): string[] {
  const early =
    endedEarly === 0
      ? []
      : [
          `${formatFixed(endedEarly, 0)} ${endedEarly === 1 ? 'position was' : 'positions were'} open on a market that ended before the run, and closed at its last close at the end of it: nobody could have traded there.`,
        ]
  const late = inputs.flatMap(({ candles, first }, m) => {
    const since = candles.time[first]!
    if (since - time[0]! <= DAY_MS) return []
    const text = `first candle at ${formatTime(since)}, after the run began; until then its share stayed in cash.`
    return [{ symbol: runs[m]!.symbol, text }]
  })
  const ended = inputs.flatMap(({ candles }, m) => {
    const until = candles.time[candles.length - 1]!
    if (time[time.length - 1]! - until <= DAY_MS) return []
    const text = `last candle at ${formatTime(until)}, before the run ended; what was held was marked at that close to the end, and closed there.`
    return [{ symbol: runs[m]!.symbol, text }]
  })
  return [...mergeWarnings([...late, ...ended]), ...early]
}

/** Figures a year that were made of a few weeks. */
function shortWarnings({ time, timeframeMs, metrics: { cagr } }: PortfolioOutcome): string[] {
  const days = (time[time.length - 1]! + timeframeMs - time[0]!) / DAY_MS
  if (days >= REMARK_LIMITS.annualisedDays || cagr === null) return []
  return [shortAnnualisedText(days)]
}

function weightWarnings(
  { allocation }: PortfolioRequest,
  { weights, legs, metrics }: PortfolioOutcome,
): string[] {
  const warnings: string[] = []
  if (isAdaptive(allocation) && weights.length === 1) {
    warnings.push(
      `The weights of --allocation ${allocation.method} were made once, at the start, and never again.`,
    )
  }
  if (allocation.method === 'kelly') {
    const few = legs.filter(leg => leg.metrics.trades < KELLY_TRADES)
    if (few.length > 0) {
      warnings.push(
        `${formatFixed(few.length, 0)} of ${legs.length} legs closed fewer than ${KELLY_TRADES} trades, so that their weight was never Kelly’s.`,
      )
    }
  }
  const idle = legs.filter(({ weight }) => weight === 0)
  if (idle.length > 0) {
    const names = idle.map(({ symbol, strategy }) => `${symbol} ${strategy}`).join(', ')
    warnings.push(`${names} ended with weight 0: entries were refused, and count as below_minimum.`)
  }
  if ((metrics.sharpe ?? 0) > 4) {
    warnings.push(
      `A Sharpe ratio of ${metrics.sharpe!.toFixed(1)} is implausible for markets that others trade: look for lookahead, missing costs, or too short a range.`,
    )
  }
  if (metrics.finalEquity <= 0) warnings.push('The account was wiped out.')
  return warnings
}
