import type {
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  SeriesAttachedParameter,
  Time,
  UTCTimestamp,
} from 'lightweight-charts'
import type { Palette } from '../../document/theme.js'
import type { OrderData } from '../load.js'
import type { Level } from './levels.js'
import type { Window } from './markers.js'

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0]

/** More lines than this in a window are a hatching, and are not drawn. */
const LINES_MAX = 6000

/** Resting orders as thin lines from where they were placed to where they ended, their fills as dots. */
export class OrderLines implements ISeriesPrimitive<Time> {
  private readonly data: OrderData
  private place: SeriesAttachedParameter<Time> | null = null
  private shown: { level: Level; window: Window; palette: Palette } | null = null
  private readonly views: readonly IPrimitivePaneView[]

  constructor(data: OrderData) {
    this.data = data
    const renderer: IPrimitivePaneRenderer = { draw: target => this.draw(target) }
    this.views = [{ zOrder: () => 'bottom', renderer: () => renderer }]
  }

  attached(place: SeriesAttachedParameter<Time>): void {
    this.place = place
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.views
  }

  /** Takes another window of the chart. Only candles as they are have room for orders. */
  show(level: Level, window: Window, palette: Palette): void {
    this.shown = level.factor === 1 ? { level, window, palette } : null
  }

  private draw(target: Target): void {
    if (this.place === null || this.shown === null) return
    target.useMediaCoordinateSpace(({ context }) => {
      context.lineWidth = 1
      this.drawLines(context)
      this.drawFills(context)
    })
  }

  private drawLines(context: CanvasRenderingContext2D): void {
    const { window, palette } = this.shown!
    const { side, price, from, to } = this.data.lines
    const last = window.until - 1
    const seen: number[] = []
    for (let k = 0; k < side.length; k++) {
      if (to[k]! >= window.since && from[k]! <= last) seen.push(k)
      if (seen.length > LINES_MAX) return
    }
    context.globalAlpha = 0.6
    for (const k of seen) {
      const y = this.y(price[k]!)
      const since = this.x(Math.max(window.since, from[k]!))
      const until = this.x(Math.min(last, to[k]!))
      if (y === null || since === null || until === null) continue
      context.strokeStyle = side[k]! > 0 ? palette.gain : palette.loss
      context.beginPath()
      context.moveTo(since - HALF_PX, y)
      context.lineTo(until + HALF_PX, y)
      context.stroke()
    }
    context.globalAlpha = 1
  }

  private drawFills(context: CanvasRenderingContext2D): void {
    const { window, palette } = this.shown!
    const { side, price, at } = this.data.fills
    for (let k = 0; k < side.length; k++) {
      if (at[k]! < window.since || at[k]! >= window.until) continue
      const [x, y] = [this.x(at[k]!), this.y(price[k]!)]
      if (x === null || y === null) continue
      context.fillStyle = side[k]! > 0 ? palette.gain : palette.loss
      context.beginPath()
      context.arc(x, y, FILL_PX, 0, 2 * Math.PI)
      context.fill()
    }
  }

  private x(index: number): number | null {
    const time = (this.shown!.level.time[index]! / 1000) as UTCTimestamp
    return this.place!.chart.timeScale().timeToCoordinate(time)
  }

  private y(price: number): number | null {
    return this.place!.series.priceToCoordinate(price)
  }
}

/** So that an order of one candle is a line too. */
const HALF_PX = 3
const FILL_PX = 2.5
