import { cutCandles, indexAtOrAfter, type Candles } from '../../core/candles/candles.js'
import { resample } from '../../core/candles/resample.js'
import { timeframeMs, type Millis } from '../../core/candles/time.js'
import type { DataSet } from '../../core/ports/market/candles.js'
import type { Workspace } from '../workspace/compose.js'

/** Data sets that stay in memory: a page that scrolls asks for the same one again and again. */
const SETS_MAX = 8

/** Which candles are wanted. */
export interface CandleQuery {
  readonly symbol: string
  readonly timeframe: string
  /** A higher timeframe to make of them; null for none. */
  readonly resample: string | null
  /** First open time; null for the first there is. */
  readonly from: Millis | null
  /** Open time at which it ends, exclusive; null for the last there is. */
  readonly to: Millis | null
  /** The most that are wanted. */
  readonly limit: number
  /** Whether those at the end of the range are wanted where there are more. */
  readonly isLast: boolean
}

/** Candles, and whether there are more of the range. */
export interface CandlePage {
  readonly dataSet: DataSet
  readonly rows: readonly (readonly number[])[]
  readonly hasMore: boolean
}

/** Reads stored candles a page at a time, and keeps the sets that were read last. */
export class CandlePages {
  private readonly workspace: Workspace
  private readonly kept = new Map<string, Candles>()

  constructor(workspace: Workspace) {
    this.workspace = workspace
  }

  /** @throws AppError NO_CANDLES, INVALID_SYMBOL, INVALID_TIMEFRAME, SOURCE_AMBIGUOUS, DATA_CHANGED */
  async page(query: CandleQuery): Promise<CandlePage> {
    const { candles: library } = this.workspace
    const dataSet = await library.find(query.symbol, query.timeframe)
    const candles = await this.candlesOf(dataSet, query)
    const begin = query.from === null ? 0 : indexAtOrAfter(candles, query.from)
    const end = query.to === null ? candles.length : indexAtOrAfter(candles, query.to)
    const count = Math.max(0, Math.min(query.limit, end - begin))
    const first = query.isLast ? Math.max(begin, end - count) : begin
    const cut = cutCandles(candles, first, first + count)
    return { dataSet, rows: rowsOf(cut), hasMore: end - begin > count }
  }

  private async candlesOf(dataSet: DataSet, query: CandleQuery): Promise<Candles> {
    const name = `${dataSet.dataHash} ${query.resample ?? ''}`
    const known = this.kept.get(name)
    if (known !== undefined) {
      this.kept.delete(name)
      this.kept.set(name, known)
      return known
    }
    const { candles } = await this.workspace.candles.load(query.symbol, query.timeframe)
    const wanted =
      query.resample === null
        ? candles
        : resample(candles, timeframeMs(query.resample), { keepPartialStart: true })
    this.kept.set(name, wanted)
    if (this.kept.size > SETS_MAX) this.kept.delete(this.kept.keys().next().value!)
    return wanted
  }
}

/** `[time, open, high, low, close, volume]`: a fifth of what objects take. */
function rowsOf(candles: Candles): number[][] {
  return Array.from({ length: candles.length }, (_, i) => [
    candles.time[i]!,
    candles.open[i]!,
    candles.high[i]!,
    candles.low[i]!,
    candles.close[i]!,
    candles.volume[i]!,
  ])
}
