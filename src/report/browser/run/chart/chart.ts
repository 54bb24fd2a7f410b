import {
  createChart,
  CrosshairMode,
  PriceScaleMode,
  type IChartApi,
  type UTCTimestamp,
} from 'lightweight-charts'
import { addSeries, fillSeries, paintSeries, type ChartSeries } from './chart-series.js'
import type { Level } from './levels.js'
import { markersFor, type Window } from './markers.js'
import { OrderLines } from './order-lines.js'
import type { OrderData } from '../load.js'
import type { Payload } from '../payload.js'
import { readPalette, type Palette } from '../../document/theme.js'
import type { TradeIndex } from '../table/trades.js'

/** A stretch of candles, by index; fractions of a candle count. */
export interface Span {
  readonly from: number
  readonly to: number
}

const POINTS_MAX = 4000
const REFRESH_MS = 70
const AXIS_PX = 64

/**
 * The chart over all candles of a run. It holds a window of one level, a few thousand points,
 * and takes another window or level when the visible span leaves it.
 */
export class ReportChart {
  readonly chart: IChartApi
  readonly series: ChartSeries
  palette: Palette = readPalette()
  level: Level
  private readonly levels: readonly Level[]
  private readonly trades: TradeIndex
  private readonly orderLines: OrderLines
  private readonly element: HTMLElement
  private window: Window = { since: 0, until: 0, visible: 1, width: 1 }
  private chosen: number | null = null
  private isPressed = false
  private timer = 0

  constructor(
    element: HTMLElement,
    payload: Payload,
    levels: readonly Level[],
    { trades, orders }: { readonly trades: TradeIndex; readonly orders: OrderData },
    placement: readonly number[],
  ) {
    this.element = element
    this.levels = levels
    this.level = levels[0]!
    this.trades = trades
    this.chart = createChart(element, {
      autoSize: true,
      layout: { attributionLogo: false, fontFamily: getComputedStyle(element).fontFamily },
      crosshair: { mode: CrosshairMode.Normal },
      // Half a number at the edge of a pane is none.
      rightPriceScale: { entireTextOnly: true },
      timeScale: {
        timeVisible: true,
        secondsVisible: payload.timeframeMs < 60_000,
        minBarSpacing: 0.01,
      },
      handleScroll: { vertTouchDrag: false },
      kineticScroll: { touch: false, mouse: false },
      localization: { locale: 'en-GB', dateFormat: 'yyyy-MM-dd' },
    })
    this.series = addSeries(this.chart, payload, placement)
    this.orderLines = new OrderLines(orders)
    this.series.candles.attachPrimitive(this.orderLines)
    paintSeries(this.chart, this.series, this.palette)
    this.watch()
    this.show(this.whole)
  }

  /** The candles as they are. */
  get finest(): Level {
    return this.levels[0]!
  }

  /** Candles in all. */
  get candles(): number {
    return this.levels[0]!.length
  }

  /** All candles, and a little air at both ends. */
  get whole(): Span {
    return { from: -0.012 * this.candles, to: 1.012 * this.candles }
  }

  /** The visible span. */
  get span(): Span {
    const range = this.chart.timeScale().getVisibleLogicalRange()
    if (!range) return this.whole
    const { factor } = this.level
    return {
      from: (this.window.since + range.from + 0.5) * factor,
      to: (this.window.since + range.to + 0.5) * factor,
    }
  }

  /** Makes a span visible, at the resolution that fits it. */
  show({ from, to }: Span): void {
    const width = Math.max(this.element.clientWidth - AXIS_PX, 200)
    const level =
      this.levels.find(({ factor }) => (to - from) / factor <= width) ?? this.levels.at(-1)!
    const visible = Math.max(1, (to - from) / level.factor)
    const margin = Math.max(visible * 0.5, (POINTS_MAX - visible) / 2)
    const since = clamp(Math.floor(from / level.factor - margin), 0, level.length - 1)
    const until = clamp(Math.ceil(to / level.factor + margin), since + 1, level.length)
    this.level = level
    this.window = { since, until, visible, width }
    this.fill()
    this.chart.timeScale().setVisibleLogicalRange({
      from: from / level.factor - since - 0.5,
      to: to / level.factor - since - 0.5,
    })
  }

  /** Shows a trade with some candles around it, and draws a line from its entry to its exit. */
  showTrade(index: number): void {
    const entry = this.trades.entryAt[index]!
    const exit = this.trades.exitAt[index]!
    const pad = Math.max(20, (exit - entry) * 0.75)
    this.chosen = index
    this.show({ from: entry - pad, to: exit + pad })
  }

  /** Repaints with the colours of the style sheet. */
  repaint(): void {
    this.palette = readPalette()
    paintSeries(this.chart, this.series, this.palette)
    this.fill()
  }

  /** Moves or zooms by a share of the visible span: what the buttons and keys do. */
  move(kind: string): void {
    const { from, to } = this.span
    const width = to - from
    const shift = { left: -0.5, right: 0.5 }[kind] ?? 0
    const grow = { in: -0.25, out: 0.5 }[kind] ?? 0
    const size = clamp(width * (1 + 2 * grow), 5, this.candles * 1.1)
    const middle = clamp((from + to) / 2 + width * shift, 0, this.candles)
    this.show({ from: middle - size / 2, to: middle + size / 2 })
  }

  setLogarithmic(isOn: boolean): void {
    const mode = isOn ? PriceScaleMode.Logarithmic : PriceScaleMode.Normal
    this.series.candles.priceScale().applyOptions({ mode })
    this.series.equity.priceScale().applyOptions({ mode })
  }

  /** The last of the level's entries that is visible. */
  get lastGroup(): number {
    return clamp(Math.ceil(this.span.to / this.level.factor) - 1, 0, this.level.length - 1)
  }

  /** Index of the level's entry under a logical position of the chart; null where there is none. */
  groupAt(logical: number): number | null {
    const group = this.window.since + Math.round(logical)
    return group >= this.window.since && group < this.window.until ? group : null
  }

  private fill(): void {
    const { level, window } = this
    this.orderLines.show(level, window, this.palette)
    for (const shade of this.series.shades) shade.show(level, window, this.palette)
    fillSeries(this.series, level, window.since, window.until, this.palette)
    this.series.markers.setMarkers(markersFor(this.trades, level, window, this.palette))
    this.drawChosen()
  }

  private drawChosen(): void {
    const { chosen, trades, level, window } = this
    const points: { time: UTCTimestamp; value: number }[] = []
    if (chosen !== null) {
      const entry = Math.floor(trades.entryAt[chosen]! / level.factor)
      const exit = Math.floor(trades.exitAt[chosen]! / level.factor)
      if (entry < exit && entry >= window.since && exit < window.until) {
        points.push({ time: this.timeAt(entry), value: trades.data.entryPrice[chosen]! })
        points.push({ time: this.timeAt(exit), value: trades.data.exitPrice[chosen]! })
      }
    }
    this.series.chosen.setData(points)
  }

  private timeAt(group: number): UTCTimestamp {
    return (this.level.time[group]! / 1000) as UTCTimestamp
  }

  private watch(): void {
    this.chart.timeScale().subscribeVisibleLogicalRangeChange(() => this.refreshSoon())
    this.element.addEventListener('pointerdown', () => (this.isPressed = true))
    for (const name of ['pointerup', 'pointercancel']) {
      addEventListener(name, () => {
        this.isPressed = false
        this.refreshSoon()
      })
    }
  }

  /** Not while a pointer drags: new data under it would make the chart jump. */
  private refreshSoon(): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      if (!this.isPressed && this.isStale()) this.show(this.span)
    }, REFRESH_MS)
  }

  /** Whether the visible span asks for another level, or nears the edge of the window. */
  private isStale(): boolean {
    const { from, to } = this.span
    const { factor, length } = this.level
    const { since, until, visible } = this.window
    const now = (to - from) / factor
    const nearStart = since > 0 && from / factor - since < now * 0.25
    const nearEnd = until < length && until - to / factor < now * 0.25
    return nearStart || nearEnd || now > visible * 1.3 || now < visible * 0.75
  }
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value))
}
