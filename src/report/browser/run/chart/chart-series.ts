import {
  BaselineSeries,
  CandlestickSeries,
  createSeriesMarkers,
  HistogramSeries,
  LineSeries,
  LineStyle,
  type AutoscaleInfo,
  type IChartApi,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts'
import { formatFixed, formatShort } from '../../../../core/number-format.js'
import { typographic } from '../../document/dom.js'
import type { Level } from './levels.js'
import type { Payload } from '../payload.js'
import { StopShade } from './stop-shade.js'
import type { Palette } from '../../document/theme.js'

/** Everything that is drawn, by what it shows. */
export interface ChartSeries {
  readonly candles: ISeriesApi<'Candlestick'>
  readonly volume: ISeriesApi<'Histogram'>
  readonly indicators: readonly ISeriesApi<'Line'>[]
  readonly equity: ISeriesApi<'Line'>
  readonly hold: ISeriesApi<'Line'>
  readonly drawdown: ISeriesApi<'Baseline'>
  /** From the entry to the exit of the trade that was chosen. */
  readonly chosen: ISeriesApi<'Line'>
  readonly markers: ISeriesMarkersPluginApi<Time>
  /** Marks of the candle in which the account stopped; none where it traded to the end. */
  readonly shades: readonly StopShade[]
  /** What each pane shows, from the top. */
  readonly panes: readonly string[]
}

/** Adds all series. `placement` has the pane of each indicator, 0 being the price's. */
export function addSeries(
  chart: IChartApi,
  payload: Payload,
  placement: readonly number[],
): ChartSeries {
  const below = Math.max(0, ...placement)
  const quiet = { priceLineVisible: false, lastValueVisible: false, crosshairMarkerVisible: false }
  // A margin below low prices would be labelled with prices below 0.
  const price = {
    type: 'custom' as const,
    formatter: (value: number): string =>
      value < 0 ? '' : formatFixed(value, payload.priceDigits),
    minMove: 10 ** -payload.priceDigits,
  }
  const short = { type: 'custom' as const, formatter: formatShort, minMove: 0.01 }
  const candles = chart.addSeries(CandlestickSeries, {
    priceLineVisible: false,
    priceFormat: price,
    borderVisible: false,
  })
  const volume = chart.addSeries(HistogramSeries, {
    ...quiet,
    priceScaleId: 'volume',
    priceFormat: short,
  })
  volume.priceScale().applyOptions({ scaleMargins: { top: 0.86, bottom: 0 } })
  candles.priceScale().applyOptions({ scaleMargins: { top: 0.1, bottom: 0.16 } })
  const indicators = placement.map(pane =>
    chart.addSeries(
      LineSeries,
      { ...quiet, lineWidth: 1, priceFormat: pane === 0 ? price : short },
      pane,
    ),
  )
  const chosen = chart.addSeries(LineSeries, { ...quiet, lineWidth: 3, priceFormat: price })
  const equity = chart.addSeries(
    LineSeries,
    { ...quiet, lineWidth: 2, priceFormat: short },
    below + 1,
  )
  const hold = chart.addSeries(
    LineSeries,
    { ...quiet, lineWidth: 1, lineStyle: LineStyle.Dashed, priceFormat: short },
    below + 1,
  )
  const drawdown = chart.addSeries(BaselineSeries, { ...quiet, ...percent }, below + 2)
  drawdown.priceScale().applyOptions({ scaleMargins: { top: 0.1, bottom: 0.08 } })
  chart.panes().forEach((pane, k) => pane.setStretchFactor(stretchOf(k, below)))
  const markers = createSeriesMarkers(candles, [])
  const panes = ['Price', ...paneNames(payload, placement, below), 'Equity', 'Drawdown']
  const shades = addShades(payload, [candles, equity, drawdown])
  return { candles, volume, indicators, equity, hold, drawdown, chosen, markers, shades, panes }
}

/** A shade in the pane of each of these series, the first with the name. */
function addShades(
  { stop }: Payload,
  series: readonly { attachPrimitive(primitive: StopShade): void }[],
): readonly StopShade[] {
  if (stop === null) return []
  return series.map((one, k) => {
    const shade = new StopShade(stop.index, k === 0 ? stop.name : '')
    one.attachPrimitive(shade)
    return shade
  })
}

const percent = {
  lineWidth: 1 as const,
  baseValue: { type: 'price' as const, price: 0 },
  // Without this a zoomed chart would not show how far below the peak it is.
  autoscaleInfoProvider: (original: () => AutoscaleInfo | null): AutoscaleInfo | null => {
    const range = original()?.priceRange
    return range
      ? { priceRange: { minValue: Math.min(range.minValue, -0.001), maxValue: 0 } }
      : null
  },
  topLineColor: 'transparent',
  topFillColor1: 'transparent',
  topFillColor2: 'transparent',
  priceFormat: {
    type: 'custom' as const,
    formatter: (value: number) => typographic(`${formatFixed(value * 100, 1)}%`),
    minMove: 0.0001,
  },
}

function stretchOf(pane: number, below: number): number {
  if (pane === 0) return 10
  if (pane <= below) return 3
  return pane === below + 1 ? 5 : 3
}

function paneNames(payload: Payload, placement: readonly number[], below: number): string[] {
  return Array.from({ length: below }, (_, k) =>
    payload.indicators
      .filter((__, index) => placement[index] === k + 1)
      .map(indicator => indicator.name)
      .join(', '),
  )
}

/** Puts entries `[since, until)` of a level into all series. */
export function fillSeries(
  series: ChartSeries,
  level: Level,
  since: number,
  until: number,
  palette: Palette,
): void {
  const times = Array.from(level.time.subarray(since, until), time => (time / 1000) as UTCTimestamp)
  const line = (
    column: Float64Array,
  ): ({ time: UTCTimestamp; value: number } | { time: UTCTimestamp })[] =>
    times.map((time, k) => {
      const value = column[since + k]!
      return Number.isNaN(value) ? { time } : { time, value }
    })
  series.candles.setData(
    times.map((time, k) => ({
      time,
      open: level.open[since + k]!,
      high: level.high[since + k]!,
      low: level.low[since + k]!,
      close: level.close[since + k]!,
    })),
  )
  series.volume.setData(
    times.map((time, k) => ({
      time,
      value: level.volume[since + k]!,
      color: fade(level.close[since + k]! < level.open[since + k]! ? palette.loss : palette.gain),
    })),
  )
  series.indicators.forEach((indicator, k) => indicator.setData(line(level.indicators[k]!)))
  series.equity.setData(line(level.equity))
  series.hold.setData(line(level.hold))
  series.drawdown.setData(line(level.drawdown))
}

/** Applies colours to everything but the data points. */
export function paintSeries(chart: IChartApi, series: ChartSeries, palette: Palette): void {
  chart.applyOptions({
    layout: {
      background: { color: palette.background },
      textColor: palette.text,
      panes: { separatorColor: palette.line, separatorHoverColor: palette.faint },
    },
    grid: { vertLines: { color: palette.faint }, horzLines: { color: palette.faint } },
    crosshair: { vertLine: { color: palette.muted }, horzLine: { color: palette.muted } },
    timeScale: { borderColor: palette.line },
    rightPriceScale: { borderColor: palette.line },
  })
  const { gain, loss } = palette
  series.candles.applyOptions({
    upColor: gain,
    downColor: loss,
    wickUpColor: gain,
    wickDownColor: loss,
  })
  series.indicators.forEach((line, k) => line.applyOptions({ color: indicatorColour(palette, k) }))
  series.equity.applyOptions({ color: palette.accent })
  series.hold.applyOptions({ color: palette.muted })
  series.chosen.applyOptions({ color: palette.accent })
  series.drawdown.applyOptions({
    bottomLineColor: loss,
    bottomFillColor1: fade(loss),
    bottomFillColor2: fade(loss),
  })
}

/** Colour of the indicator at `index`; they come round after six. */
export function indicatorColour(palette: Palette, index: number): string {
  return palette.series[index % palette.series.length]!
}

/** The same colour, mostly transparent. Palette colours are six hex digits. */
function fade(colour: string): string {
  return `${colour}55`
}
