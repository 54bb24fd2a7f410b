import { cutCandles, indexAtOrAfter, type Candles } from '../../../core/candles/candles.js'
import { EXIT_REASONS, type Trade } from '../../../core/account/trade.js'
import { packFloats, packPrices, packRounded, scaleFor, type PackedBlock } from './page-columns.js'
import { stopName } from './stop-section.js'
import { wantsLog } from '../figures/log-choice.js'
import { TRADE_COLUMNS, type Payload, type TradeColumn } from '../../browser/run/payload.js'
import type { Report } from '../../../backtest/run/record/report.js'

/** The data of a report's page: a small header, and one block a column. */
export interface PageData {
  readonly payload: Payload
  readonly blocks: readonly PackedBlock[]
}

/** Encodes all that the page's script draws. Compression runs in the thread pool. */
export async function packReport(report: Report): Promise<PageData> {
  const { manifest } = report
  const candles = cutCandles(report.candles, 0, report.candles.length)
  const prices = packPrices(candles)
  const indicators = report.indicators.flatMap((columns, strategy) =>
    Object.entries(columns).map(([name, column]) => ({
      strategy,
      name,
      values: column.subarray(0, candles.length),
    })),
  )
  const strategies = manifest.strategies.map(strategy => strategy.name)
  const blocks = await Promise.all([
    ...prices.blocks,
    packFloats('volume', candles.volume, 'float32', 3),
    packRounded('equity', report.equity, scaleFor(report.equity, 8)),
    ...indicators.map(({ values }, k) =>
      packRounded(`indicator-${k}`, values, scaleFor(values, 7)),
    ),
    ...packGaps(candles.time, candles.timeframeMs),
    ...packTrades(report.trades, strategies),
    ...packOrders(report),
  ])
  const payload: Payload = {
    symbol: manifest.symbol,
    timeframeMs: candles.timeframeMs,
    firstTime: candles.time[0] ?? 0,
    candles: candles.length,
    capital: manifest.capital,
    firstOpen: candles.open[0] ?? 0,
    priceDigits: prices.decimals ?? significantDecimals(candles.close[candles.length - 1] ?? 0),
    linkedPrices: prices.linked,
    stop: stopOf(report),
    startsLog: wantsLog(report.equity, holdEquity(report)),
    strategies,
    reasons: EXIT_REASONS,
    indicators: indicators.map(({ strategy, name }) => ({ strategy, name })),
    trades: report.trades.length,
    columns: blocks.map(block => block.column),
  }
  return { payload, blocks }
}

/** Where the chart marks that the account stopped. */
function stopOf({ stop, candles }: Report): Payload['stop'] {
  if (stop === null || stop === undefined) return null
  return { index: indexAtOrAfter(candles, stop.at), name: stopName(stop) }
}

/** Worth of the capital had it bought at the first open. */
function holdEquity({
  candles: { open, close, length },
  manifest: { capital },
}: Report): Float64Array {
  return Float64Array.from({ length }, (_, i) => (capital * close[i]!) / open[0]!)
}

/** Decimals that show six digits of a price. */
function significantDecimals(price: number): number {
  if (price <= 0) return 2
  return Math.min(9, Math.max(2, 5 - Math.floor(Math.log10(price))))
}

/** Times are evenly spaced but for gaps: where each gap is, and how long the candle before lasts. */
function packGaps(time: Float64Array, timeframeMs: number): Promise<PackedBlock>[] {
  const [at, lengths]: [number[], number[]] = [[], []]
  for (let i = 1; i < time.length; i++) {
    const length = time[i]! - time[i - 1]!
    if (length === timeframeMs) continue
    at.push(i)
    lengths.push(length)
  }
  return [packRounded('gap-at', at, 1), packFloats('gap-length', lengths, 'float64')]
}

/** Resting orders and their fills, by index of the candles. */
function packOrders({ orderLines = [], trades, candles }: Report): Promise<PackedBlock>[] {
  const fills = orderFills(trades, candles)
  const columns = [
    ['order-side', orderLines.map(({ side }) => side)],
    ['order-from', orderLines.map(({ from }) => from)],
    ['order-to', orderLines.map(({ to }) => to)],
    ['fill-side', fills.map(({ side }) => side)],
    ['fill-at', fills.map(({ at }) => at)],
  ] as const
  const prices = [
    ['order-price', orderLines.map(({ price }) => price)],
    ['fill-price', fills.map(({ price }) => price)],
  ] as const
  return [
    ...columns.map(([id, values]) => packRounded(id, values, 1)),
    ...prices.map(([id, values]) => packFloats(id, values, 'float32')),
  ]
}

function orderFills(
  trades: readonly Trade[],
  candles: Candles,
): { side: number; at: number; price: number }[] {
  return trades.flatMap(({ fills }) =>
    fills.flatMap(({ reason, side, time, price }) =>
      reason === 'order'
        ? [{ side: side === 'buy' ? 1 : -1, at: indexAtOrAfter(candles, time), price }]
        : [],
    ),
  )
}

function packTrades(
  trades: readonly Trade[],
  strategies: readonly string[],
): Promise<PackedBlock>[] {
  const numbers: Record<TradeColumn, (trade: Trade) => number> = {
    entryTime: trade => trade.entryTime,
    exitTime: trade => trade.exitTime,
    entryPrice: trade => trade.entryPrice,
    exitPrice: trade => trade.exitPrice,
    size: trade => trade.size,
    pnl: trade => trade.pnl,
    return: trade => trade.return,
    fees: trade => trade.fees,
    txCosts: trade => trade.txCosts,
    slippage: trade => trade.slippage,
    mae: trade => trade.mae,
    mfe: trade => trade.mfe,
    candles: trade => trade.candles,
    strategy: trade => Math.max(0, strategies.indexOf(trade.strategy)),
    side: trade => (trade.side === 'long' ? 1 : -1),
    exitReason: trade => EXIT_REASONS.indexOf(trade.exitReason),
    ambiguous: trade => (trade.ambiguous ? 1 : 0),
  }
  return (Object.keys(numbers) as TradeColumn[]).map(name => {
    const values = trades.map(numbers[name])
    const coding = TRADE_COLUMNS[name]
    const id = `trade-${name}`
    return coding === 'plain' ? packRounded(id, values, 1, 'plain') : packFloats(id, values, coding)
  })
}
