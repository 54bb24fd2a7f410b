import type { RefObject } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import type { IChartApi, IRange as Range, TickMarkType, Time } from 'lightweight-charts'
import { isUtc, time, zone } from '../../state/format.js'

/** The library of charts, loaded with the first of them. */
export type Charts = typeof import('lightweight-charts')

/** What a chart holds once it stands: it is given new data, and taken away. */
export interface DrawnChart {
  readonly chart: IChartApi
  readonly charts: Charts
}

/** By which somebody moves a chart. */
const MOVES = ['wheel', 'pointerup', 'touchend'] as const

interface ChartProps {
  /** For those who do not see it: what it shows, in a sentence. */
  readonly label: string
  readonly height: number
  /** Draws the series, once. */
  readonly draw: (drawn: DrawnChart) => void
}

/** A chart of time in the colours of the page. */
export function Chart({ label, height, draw }: ChartProps) {
  const place = useRef<HTMLDivElement>(null)
  // Where whoever looks has moved it: it stays there when new candles come.
  const moved = useRef<Range<number> | null>(null)
  const utc = isUtc.value
  useEffect(() => {
    let chart: IChartApi | null = null
    let isGone = false
    void import('lightweight-charts').then(charts => {
      if (isGone || place.current === null) return
      chart = charts.createChart(place.current, optionsOf(height, charts))
      draw({ chart, charts })
      const scale = chart.timeScale()
      if (moved.current === null) scale.fitContent()
      else scale.setVisibleLogicalRange(moved.current)
    })
    const note = (): void => {
      moved.current = chart?.timeScale().getVisibleLogicalRange() ?? null
    }
    const { current: element } = place
    for (const name of MOVES) element?.addEventListener(name, note, { passive: true })
    return () => {
      isGone = true
      for (const name of MOVES) element?.removeEventListener(name, note)
      chart?.remove()
    }
  }, [draw, height, utc])
  return <ChartPlace {...{ place, label, height }} />
}

interface ChartPlaceProps extends Pick<ChartProps, 'label' | 'height'> {
  readonly place: RefObject<HTMLDivElement | null>
}

/** Where a chart is drawn: a picture, in words for those who do not see it. */
export function ChartPlace({ place, label, height }: ChartPlaceProps) {
  return (
    <div
      ref={place}
      class="chart"
      role="img"
      aria-label={label}
      style={{ height: `${height}px` }}
    />
  )
}

/** How a chart looks, and in which zone its times are. */
export function optionsOf(height: number, charts: Charts) {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string): string => style.getPropertyValue(name).trim()
  return {
    height,
    autoSize: true,
    layout: {
      background: { color: 'transparent' },
      textColor: colour('--soft'),
      attributionLogo: false,
    },
    grid: {
      vertLines: { color: colour('--grid') },
      horzLines: { color: colour('--grid') },
    },
    localization: { timeFormatter: (at: Time) => `${time(msOf(at))} ${zone()}` },
    // A finger that goes up or down moves the page.
    handleScroll: { vertTouchDrag: false },
    timeScale: {
      timeVisible: true,
      secondsVisible: false,
      borderColor: colour('--border'),
      tickMarkFormatter: (at: Time, kind: TickMarkType) => tickText(msOf(at), kind, charts),
    },
    rightPriceScale: { borderColor: colour('--border') },
  }
}

/** UTC milliseconds as the library takes them. It knows no zones: they are in the words of its times alone. */
export function chartTime(ms: number): Time {
  return Math.floor(ms / 1000) as Time
}

const msOf = (at: Time): number => Number(at) * 1000

/** A time on the axis: as much of it as has changed since the mark before. */
function tickText(ms: number, kind: TickMarkType, { TickMarkType: of }: Charts): string {
  const text = time(ms)
  if (kind === of.Year) return text.slice(0, 4)
  if (kind === of.Month) return text.slice(0, 7)
  if (kind === of.DayOfMonth) return isUtc.value ? text.slice(5, 10) : text.slice(5, 16)
  return text.slice(11, kind === of.TimeWithSeconds ? 19 : 16)
}

/** The colours of gains and losses. */
export function sideColours(): {
  readonly gain: string
  readonly loss: string
  readonly accent: string
} {
  const style = getComputedStyle(document.documentElement)
  const colour = (name: string): string => style.getPropertyValue(name).trim()
  return { gain: colour('--gain'), loss: colour('--loss'), accent: colour('--accent') }
}

/** Colours of lines that are told apart by people who see few colours too. */
export function lineColours(): readonly string[] {
  const style = getComputedStyle(document.documentElement)
  return [1, 2, 3, 4, 5, 6, 7, 8].map(k => style.getPropertyValue(`--line-${k}`).trim())
}
