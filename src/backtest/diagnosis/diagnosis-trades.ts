import { formatTime } from '../../core/candles/time.js'
import { counted, formatFixed, formatPercent, formatProfit } from '../../core/number-format.js'
import { positionResults, profitOf } from './position-results.js'
import { remark, REMARK_LIMITS, type Remark } from './remark.js'
import type { Report } from '../run/record/report.js'

const LIMITS = REMARK_LIMITS

/** Remarks on the list of trades: how many, which of them made the profit, and when. */
export function tradeRemarks(report: Report): Remark[] {
  return [
    ...fewTrades(report),
    ...concentrated(report),
    ...oneMonthOrYear(report),
    ...decayed(report),
    ...stoppedTrading(report),
    ...winsTooOften(report),
  ]
}

function fewTrades(report: Report): Remark[] {
  const count = positionResults(report).length
  if (count >= LIMITS.tradesFew) return []
  const text = `Only ${count} ${count === 1 ? 'trade' : 'trades'}${openNote(report)}: with so few, chance alone gives any result. Take a longer range, more markets or a finer timeframe, until there are at least ${LIMITS.tradesFew}.`
  return [
    remark('few_trades', count < LIMITS.tradesLeast ? 'serious' : 'warning', text, {
      trades: count,
    }),
  ]
}

/** Said where a position was left open, so that it is known to be among the trades. */
function openNote({ openPositions = [] }: Report): string {
  const { length } = openPositions
  return length === 0 ? '' : ` (${length} still open, taken at the last close)`
}

function concentrated(report: Report): Remark[] {
  const trades = positionResults(report)
  const net = profitOf(trades)
  if (net <= 0 || trades.length < 2) return []
  const sorted = trades.map(({ pnl }) => pnl).sort((a, b) => b - a)
  const best = sorted[0]!
  if (best >= net) {
    const text = `One trade made ${formatProfit(best)} of a result of ${formatProfit(net)}${openNote(report)}: without it the run loses. Look at that trade, then at other ranges and markets.`
    return [remark('one_trade_made_it', 'serious', text, { best, net, trades: trades.length })]
  }
  const count = Math.ceil(trades.length * LIMITS.bestShare)
  const made = sorted.slice(0, count).reduce((sum, pnl) => sum + pnl, 0)
  if (count < 2 || made < net) return []
  const text = `The best ${count} of ${trades.length} trades${openNote(report)} made ${formatProfit(made)} of a result of ${formatProfit(net)}: the others lose together. Ask whether such trades come again, and what missing one of them costs.`
  return [
    remark('best_trades_made_it', 'warning', text, {
      best: made,
      count,
      net,
      trades: trades.length,
    }),
  ]
}

/** Profit by the first `digits` of the exit time as ISO 8601: 7 for months, 4 for years. */
function profitBy(trades: Report['trades'], digits: number): Map<string, number> {
  const sums = new Map<string, number>()
  for (const { exitTime, pnl } of trades) {
    const key = formatTime(exitTime).slice(0, digits)
    sums.set(key, (sums.get(key) ?? 0) + pnl)
  }
  return sums
}

const SPANS = [
  { code: 'one_year', noun: 'year', digits: 4, least: 3, share: LIMITS.yearShare },
  { code: 'one_month', noun: 'month', digits: 7, least: 12, share: LIMITS.monthShare },
] as const

function oneMonthOrYear({ trades, candles, openPositions = [] }: Report): Remark[] {
  // What an open position stands at was not made in the month in which the run ends.
  if (openPositions.length > 0) return []
  const net = profitOf(trades)
  if (net <= 0) return []
  for (const { code, noun, digits, least, share } of SPANS) {
    const spans = spansBetween(candles.time[0]!, candles.time[candles.length - 1]!, digits)
    if (spans < least) continue
    const [name, best] = [...profitBy(trades, digits)].reduce((a, b) => (b[1] > a[1] ? b : a))
    if (best < share * net) continue
    const text = `The ${noun} ${name} made ${formatProfit(best)} of ${formatProfit(net)}, in a run of ${spans} ${noun}s. See what the market did then, and run the rest alone with --from and --to.`
    return [remark(code, 'warning', text, { best, net, share: best / net, spans })]
  }
  return []
}

/** Calendar years or months that a run touches. */
function spansBetween(first: number, last: number, digits: 4 | 7): number {
  const [a, b] = [formatTime(first), formatTime(last)]
  const years = Number(b.slice(0, 4)) - Number(a.slice(0, 4))
  return digits === 4 ? years + 1 : years * 12 + Number(b.slice(5, 7)) - Number(a.slice(5, 7)) + 1
}

function decayed({ trades, candles, openPositions = [] }: Report): Remark[] {
  if (openPositions.length > 0) return []
  const first = candles.time[0]!
  const end = candles.time[candles.length - 1]! + candles.timeframeMs
  const last = first + ((end - first) * 2) / 3
  const late = trades.filter(({ exitTime }) => exitTime >= last)
  const early = trades.filter(({ exitTime }) => exitTime < last)
  if (late.length < LIMITS.endTrades || early.length < LIMITS.endTrades) return []
  const [before, after] = [profitOf(early), profitOf(late)]
  if (before <= 0 || after > 0) return []
  const text = `The first two thirds of the run made ${formatProfit(before)}, the last third ${formatProfit(after)} in ${counted(late.length, 'trade')}: the edge may be gone. Run the last third alone before you believe the whole.`
  return [
    remark('edge_decay', 'warning', text, {
      before,
      after,
      trades_before: early.length,
      trades_after: late.length,
    }),
  ]
}

function stoppedTrading(report: Report): Remark[] {
  const { trades, candles, equity, stop = null, openPositions = [] } = report
  // A stop says more; an open position is a trade that goes on.
  if (stop !== null || openPositions.length > 0) return []
  const first = candles.time[0]!
  const end = candles.time[candles.length - 1]! + candles.timeframeMs
  const lastExit = trades.reduce((latest, { exitTime }) => Math.max(latest, exitTime), 0)
  const share = (end - lastExit) / (end - first)
  const isFlat = equity[equity.length - 1] === equity[Math.max(0, equity.length - 2)]
  if (share <= LIMITS.idleShare || !isFlat) return []
  const text = `Nothing was traded in the last ${formatPercent(share)} of the run, after ${formatTime(lastExit).slice(0, 10)}. See whether a limit, the capital or a filter keeps entries out.`
  return [remark('stopped_trading', 'warning', text, { share })]
}

function winsTooOften({ metrics }: Report): Remark[] {
  const { winRate, trades, averageWin, averageLoss } = metrics
  if (winRate === null || winRate <= LIMITS.winRate || trades < LIMITS.tradesFew) return []
  const text = `${formatPercent(winRate)} of ${trades} trades won: that is rare without lookahead, or with losses that are left to run. The average win is ${formatFixed(averageWin ?? 0, 2)}, the average loss ${formatFixed(averageLoss ?? 0, 2)}; run assay check on the strategy.`
  return [
    remark('implausible_win_rate', 'warning', text, {
      win_rate: winRate,
      trades,
      average_win: averageWin ?? 0,
      average_loss: averageLoss ?? 0,
    }),
  ]
}
