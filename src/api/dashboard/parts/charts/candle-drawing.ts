import type {
  CandlestickData,
  IChartApi,
  IPriceLine,
  ISeriesApi,
  ISeriesMarkersPluginApi,
  SeriesMarker,
  Time,
} from 'lightweight-charts'
import type { Row } from '../../state/candle-rows.js'
import type { Trade } from '../../state/resources.js'
import { chartTime, optionsOf, sideColours, type Charts } from './chart.js'

/** Candles before the first that is in sight, at which older ones are asked for. */
const AHEAD = 1_000
/** More that came at once are set anew. */
const UPDATES_MAX = 50
/** More marks that are in sight have no words. */
const WORDS_MAX = 40
/** Digits of a price that count. */
const DIGITS = 5

/** A price across a chart. */
export interface Level {
  readonly price: number
  readonly title: string
  readonly kind: 'gain' | 'loss' | 'accent'
}

/** By which somebody who has no mouse moves a chart. */
export type Move = 'earlier' | 'later' | 'closer' | 'wider' | 'newest'

interface CandleDrawingOptions {
  readonly place: HTMLElement
  readonly height: number
  readonly charts: Charts
  /** Somebody comes near the first candle. */
  readonly onOlder: () => void
}

/**
 * Candles, what was traded on them, and prices across them. It stands as long as the page shows it: new
 * candles and older ones are given to it, and whoever has moved it stays where he is.
 */
export class CandleDrawing {
  private readonly options: CandleDrawingOptions
  private readonly chart: IChartApi
  private readonly series: ISeriesApi<'Candlestick'>
  private readonly markers: ISeriesMarkersPluginApi<Time>
  private rows: readonly Row[] = []
  private trades: readonly Trade[] = []
  private levels: readonly Level[] = []
  private lines: readonly IPriceLine[] = []
  private marked = ''
  private frame = 0

  constructor(options: CandleDrawingOptions) {
    this.options = options
    const { place, height, charts } = options
    this.chart = charts.createChart(place, optionsOf(height, charts))
    this.chart.applyOptions({ timeScale: { minBarSpacing: 0.005, enableConflation: true } })
    this.series = this.chart.addSeries(charts.CandlestickSeries, { borderVisible: false })
    this.markers = charts.createSeriesMarkers(this.series, [])
    this.chart.timeScale().subscribeVisibleLogicalRangeChange(this.moved)
    this.colour()
  }

  /** Takes the colours and the zone of the page as they are now. */
  colour(): void {
    const { height, charts } = this.options
    const { gain, loss } = sideColours()
    this.chart.applyOptions(optionsOf(height, charts))
    this.series.applyOptions({
      upColor: gain,
      downColor: loss,
      wickUpColor: gain,
      wickDownColor: loss,
    })
    this.marked = ''
    this.mark()
    this.drawLevels()
  }

  /** Shows candles: those that it has and newer ones one by one, all others anew. */
  show(rows: readonly Row[]): void {
    const { rows: before, series } = this
    this.rows = rows
    const isMore = before.length > 0 && rows[0]?.[0] === before[0]?.[0]
    const first = before.length - 1
    if (isMore && rows.length >= before.length && rows.length - first <= UPDATES_MAX) {
      for (let k = first; k < rows.length; k++) series.update(candleOf(rows[k]!))
    } else {
      series.applyOptions({ priceFormat: priceFormat(rows.at(-1)?.[4] ?? 1) })
      series.setData(rows.map(candleOf))
    }
    this.mark()
  }

  /** Shows trades where they are in sight. */
  showTrades(trades: readonly Trade[]): void {
    this.trades = trades
    this.mark()
  }

  /** Shows prices across it. */
  showLevels(levels: readonly Level[]): void {
    this.levels = levels
    this.drawLevels()
  }

  /** Moves it by half of what is in sight, or makes that half or twice as much. */
  move(how: Move): void {
    const scale = this.chart.timeScale()
    const range = scale.getVisibleLogicalRange()
    if (range === null) return
    if (how === 'newest') return scale.scrollToRealTime()
    const { from, to } = range
    const half = (to - from) / 2
    if (how === 'earlier') scale.setVisibleLogicalRange({ from: from - half, to: to - half })
    else if (how === 'later') scale.setVisibleLogicalRange({ from: from + half, to: to + half })
    else if (how === 'closer') scale.setVisibleLogicalRange({ from: from + half, to })
    else
      scale.setVisibleLogicalRange({ from: Math.max(from - 2 * half, -this.rows.length / 20), to })
  }

  /** Takes it off the page. */
  end(): void {
    cancelAnimationFrame(this.frame)
    this.chart.remove()
  }

  /** Marks are looked for once a frame, however often it moves. */
  private readonly moved = (): void => {
    if (this.frame !== 0) return
    this.frame = requestAnimationFrame(() => {
      this.frame = 0
      const range = this.chart.timeScale().getVisibleLogicalRange()
      if (range === null || this.rows.length === 0) return
      if (range.from < Math.max(AHEAD, range.to - range.from)) this.options.onOlder()
      this.mark()
    })
  }

  private mark(): void {
    const range = this.chart.timeScale().getVisibleLogicalRange()
    const { rows } = this
    if (range === null || rows.length === 0) return
    const at = (place: number): number =>
      rows[Math.min(Math.max(Math.round(place), 0), rows.length - 1)]![0]
    const found = marksBetween(this.trades, at(range.from), at(range.to))
    const name = `${found.length} ${found[0]?.at ?? ''} ${found.at(-1)?.at ?? ''}`
    if (name === this.marked) return
    this.marked = name
    const colours = sideColours()
    const isWordy = found.length <= WORDS_MAX
    this.markers.setMarkers(
      found.map(({ at: time, text, isEntry, isGain }): SeriesMarker<Time> => {
        const exit = isGain ? colours.gain : colours.loss
        return {
          time: chartTime(time),
          position: isEntry ? 'belowBar' : 'aboveBar',
          shape: isEntry ? 'arrowUp' : 'arrowDown',
          color: isEntry ? colours.accent : exit,
          text: isWordy ? text : '',
        }
      }),
    )
  }

  private drawLevels(): void {
    for (const line of this.lines) this.series.removePriceLine(line)
    const colours = sideColours()
    this.lines = this.levels.map(({ price, title, kind }) =>
      this.series.createPriceLine({
        price,
        title,
        color: colours[kind],
        lineWidth: 1,
        axisLabelVisible: true,
      }),
    )
  }
}

interface Mark {
  readonly at: number
  readonly text: string
  readonly isEntry: boolean
  readonly isGain: boolean
}

function marksBetween(trades: readonly Trade[], from: number, to: number): readonly Mark[] {
  return trades
    .flatMap(({ side, entry_time: entry, exit_time: exit, pnl }): Mark[] => [
      { at: entry, text: side, isEntry: true, isGain: pnl > 0 },
      { at: exit, text: pnl > 0 ? 'won' : 'lost', isEntry: false, isGain: pnl > 0 },
    ])
    .filter(({ at }) => at >= from && at <= to)
    .sort((a, b) => a.at - b.at)
}

function candleOf([at, open, high, low, close]: Row): CandlestickData {
  return { time: chartTime(at), open, high, low, close }
}

/** As many decimals as a price of this size takes: tokens of a thousandth of a cent are traded too. */
function priceFormat(price: number) {
  const size = Math.floor(Math.log10(price > 0 ? price : 1))
  const precision = Math.min(Math.max(DIGITS - 1 - size, 2), 14)
  return { type: 'price', precision, minMove: 10 ** -precision } as const
}
