import { indexAtOrAfter, type Candles } from '../../core/candles/candles.js'
import type { Trade } from '../../core/account/trade.js'
import { formatPercent, formatProfit, isOrAre } from '../../core/number-format.js'
import { remark, REMARK_LIMITS, type Remark } from './remark.js'
import type { Report } from '../run/record/report.js'
import { medianRange } from '../run/warnings/warnings.js'

const LIMITS = REMARK_LIMITS

/** Remarks on what the candles cannot say: what happened inside them, in their holes, at their volume. */
export function candleRemarks(report: Report): Remark[] {
  return [
    ...stopInsideCandle(report),
    ...ambiguousResult(report),
    ...sameCandleExits(report),
    ...dataHoles(report),
    ...volumeRemarks(report),
  ]
}

function stopInsideCandle({ manifest, candles }: Report): Remark[] {
  if (manifest.detail !== null) return []
  const stops = manifest.strategies
    .flatMap(({ risk_settings: risk }) => [risk.stop_loss, risk.trailing_stop])
    .filter(stop => stop > 0)
  const stop = Math.min(...stops)
  const range = medianRange(candles)
  if (stops.length === 0 || stop >= range) return []
  const text = `The tightest stop, ${formatPercent(stop)}, lies inside the median range of a candle, ${formatPercent(range)}: what happens inside candles decides this run. Import finer candles and give --detail.`
  return [remark('stop_inside_candle', 'warning', text, { stop, range })]
}

function ambiguousResult({ metrics, bounds, manifest }: Report): Remark[] {
  const { ambiguousTrades: ambiguous, trades } = metrics
  const share = trades === 0 ? 0 : ambiguous / trades
  const evidence = { ambiguous, trades, share }
  if (bounds !== null) {
    const [worst, best] = [bounds.pessimistic.totalReturn, bounds.optimistic.totalReturn]
    if (Math.sign(worst) !== Math.sign(best)) {
      const text = `The run returned between ${formatPercent(worst)} and ${formatPercent(best)}, by the order of prices inside ${ambiguous} candles: whether it made money is not known. Use --detail with finer candles.`
      return [remark('ambiguous_result', 'serious', text, { ...evidence, worst, best })]
    }
  }
  if (share < LIMITS.ambiguousShare) return []
  const next =
    manifest.detail === null
      ? '--bounds shows the other case, --detail settles it.'
      : '--bounds shows the other case.'
  const text = `${ambiguous} of ${trades} trades (${formatPercent(share)}) touched two exits in one candle; which came first had to be assumed. ${next}`
  return [remark('ambiguous_result', 'warning', text, evidence)]
}

function sameCandleExits({ trades, manifest }: Report): Remark[] {
  if (manifest.detail !== null || trades.length < LIMITS.tradesLeast) return []
  const count = trades.filter(({ entryTime, exitTime }) => entryTime === exitTime).length
  const share = count / trades.length
  if (share < LIMITS.sameCandleShare) return []
  const text = `${count} of ${trades.length} trades ended in the candle of their entry: the candle is too coarse for these exits. Use finer candles, or --detail.`
  return [remark('same_candle_exits', 'warning', text, { count, trades: trades.length, share })]
}

/** Whether a candle is missing while a trade was open. */
function spansHole({ entryTime, exitTime }: Trade, candles: Candles): boolean {
  const [entry, exit] = [indexAtOrAfter(candles, entryTime), indexAtOrAfter(candles, exitTime)]
  return (exitTime - entryTime) / candles.timeframeMs > exit - entry
}

function dataHoles({ trades, candles }: Report): Remark[] {
  const across = trades.filter(trade => spansHole(trade, candles))
  if (across.length === 0) return []
  const size = (list: readonly Trade[]): number =>
    list.reduce((sum, { pnl }) => sum + Math.abs(pnl), 0)
  const pnl = across.reduce((sum, trade) => sum + trade.pnl, 0)
  const all = size(trades)
  const share = all === 0 ? 0 : size(across) / all
  const severity = share >= LIMITS.holeShare ? 'warning' : 'note'
  const text = `${across.length} of ${trades.length} trades were open across missing candles and made ${formatProfit(pnl)}: no stop could trigger there. assay data check lists the holes; import what is missing.`
  return [
    remark('data_holes', severity, text, {
      trades_across: across.length,
      trades: trades.length,
      pnl,
      share,
    }),
  ]
}

/** Fills against the volume of their candles, where the candles have any. */
function volumeRemarks({ trades, candles }: Report): Remark[] {
  let [fills, idle, large, whole, largest] = [0, 0, 0, 0, 0]
  let hasVolume = false
  for (let i = 0; i < candles.length && !hasVolume; i++) hasVolume = candles.volume[i]! > 0
  if (!hasVolume) return []
  for (const trade of trades) {
    for (const { time, size } of trade.fills) {
      const volume = candles.volume[indexAtOrAfter(candles, time)]!
      fills += 1
      if (volume === 0) {
        idle += 1
        continue
      }
      const share = size / volume
      if (share > LIMITS.volumeShare) large += 1
      if (share > 1) whole += 1
      largest = Math.max(largest, share)
    }
  }
  return [...idleRemark(idle, fills), ...largeRemark({ large, whole, largest, fills })]
}

function idleRemark(idle: number, fills: number): Remark[] {
  if (idle === 0) return []
  const severity = idle / fills >= LIMITS.fillShare ? 'warning' : 'note'
  const text = `${idle} of ${fills} fills are in candles without volume, when nobody traded. Require a minimum volume before an entry, or leave this market.`
  return [remark('idle_candles_traded', severity, text, { idle, fills, share: idle / fills })]
}

function largeRemark(found: {
  large: number
  whole: number
  largest: number
  fills: number
}): Remark[] {
  const { large, whole, largest, fills } = found
  if (large === 0) return []
  const isMany = large / fills >= LIMITS.fillShare
  const severity = whole / fills >= LIMITS.fillShare ? 'serious' : isMany ? 'warning' : 'note'
  const text = `${large} of ${fills} fills ${isOrAre(large)} more than ${formatPercent(LIMITS.volumeShare)} of their candle's volume, the largest ${formatPercent(largest)}: such orders move the price. Lower --position-size or --capital, or give --impact.`
  return [
    remark('fills_above_volume', severity, text, {
      large,
      whole,
      fills,
      largest,
      share: large / fills,
    }),
  ]
}
