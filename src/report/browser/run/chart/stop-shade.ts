import type {
  IPrimitivePaneRenderer,
  IPrimitivePaneView,
  ISeriesPrimitive,
  SeriesAttachedParameter,
  Time,
  UTCTimestamp,
} from 'lightweight-charts'
import type { Palette } from '../../document/theme.js'
import type { Level } from './levels.js'
import type { Window } from './markers.js'

type Target = Parameters<IPrimitivePaneRenderer['draw']>[0]

/** Shades a pane from the candle on in which the account stopped, with its name where one is given. */
export class StopShade implements ISeriesPrimitive<Time> {
  private readonly index: number
  private readonly name: string
  private place: SeriesAttachedParameter<Time> | null = null
  private shown: { level: Level; window: Window; palette: Palette } | null = null
  private readonly views: readonly IPrimitivePaneView[]

  /** `index` is that of the candle. */
  constructor(index: number, name: string) {
    this.index = index
    this.name = name
    const renderer: IPrimitivePaneRenderer = { draw: target => this.draw(target) }
    this.views = [{ zOrder: () => 'bottom', renderer: () => renderer }]
  }

  attached(place: SeriesAttachedParameter<Time>): void {
    this.place = place
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.views
  }

  /** Takes another window of the chart, or other colours. */
  show(level: Level, window: Window, palette: Palette): void {
    this.shown = { level, window, palette }
  }

  private draw(target: Target): void {
    const since = this.x()
    if (since === null) return
    const { palette } = this.shown!
    target.useMediaCoordinateSpace(({ context, mediaSize: { width, height } }) => {
      context.fillStyle = palette.loss
      context.globalAlpha = 0.1
      context.fillRect(since, 0, width - since, height)
      context.globalAlpha = 1
      context.fillRect(since, 0, 1, height)
      if (this.name === '') return
      context.font = '600 12px system-ui, sans-serif'
      const room = context.measureText(this.name).width + 12
      context.textAlign = width - since < room ? 'right' : 'left'
      context.fillText(this.name, since + (width - since < room ? -6 : 6), 16)
    })
  }

  /** Where the shade begins, pixels; null where that is to the right of what is loaded. */
  private x(): number | null {
    if (this.place === null || this.shown === null) return null
    const { level, window } = this.shown
    const group = Math.floor(this.index / level.factor)
    if (group < window.since) return 0
    if (group >= window.until) return null
    const time = (level.time[group]! / 1000) as UTCTimestamp
    return this.place.chart.timeScale().timeToCoordinate(time)
  }
}
