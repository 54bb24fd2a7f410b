import type { SeriesMarker, UTCTimestamp } from 'lightweight-charts'
import { formatChange } from '../../../../core/number-format.js'
import { typographic } from '../../document/dom.js'
import type { Level } from './levels.js'
import type { Palette } from '../../document/theme.js'
import { tradesWithin, type TradeIndex } from '../table/trades.js'

export type Marker = SeriesMarker<UTCTimestamp>

/** The part `[since, until)` of a level that the chart holds, and how many entries are visible. */
export interface Window {
  readonly since: number
  readonly until: number
  readonly visible: number
  /** Pixels of what is visible. */
  readonly width: number
}

/** Pixels that a marker, one with a label, and one for a crowd need at least. */
const SINGLE_PX = 7
const LABEL_PX = 56
const CROWD_PX = 34

/** Markers for a window: one an entry and one an exit, or one a stretch where they would be a crowd. */
export function markersFor(
  trades: TradeIndex,
  level: Level,
  window: Window,
  palette: Palette,
): Marker[] {
  const [since, until] = [window.since * level.factor, window.until * level.factor]
  const exits = tradesWithin(trades.exitAt, trades.byExit, since, until)
  const entries = tradesWithin(trades.entryAt, trades.byEntry, since, until)
  const markers =
    spacing(window, exits.length + entries.length) < SINGLE_PX
      ? crowds(trades, exits, level, window, palette)
      : singles(trades, entries, exits, level, window, palette)
  return markers.sort((a, b) => a.time - b.time)
}

/** Pixels for each of `count` markers, were they spread evenly over the window. */
function spacing({ since, until, visible, width }: Window, count: number): number {
  return (((until - since) / visible) * width) / count
}

function singles(
  trades: TradeIndex,
  entries: Uint32Array,
  exits: Uint32Array,
  level: Level,
  window: Window,
  palette: Palette,
): Marker[] {
  const { data } = trades
  const isLabelled = spacing(window, exits.length) >= LABEL_PX
  const at = (index: number): UTCTimestamp => timeOf(level, Math.floor(index / level.factor))
  const colour = (k: number): string => (data.pnl[k]! < 0 ? palette.loss : palette.gain)
  const markers: Marker[] = []
  for (const k of entries) {
    const isLong = data.side[k]! > 0
    markers.push({
      time: at(trades.entryAt[k]!),
      position: isLong ? 'belowBar' : 'aboveBar',
      shape: isLong ? 'arrowUp' : 'arrowDown',
      color: palette.accent,
    })
  }
  for (const k of exits) {
    markers.push({
      time: at(trades.exitAt[k]!),
      position: data.side[k]! > 0 ? 'aboveBar' : 'belowBar',
      shape: data.ambiguous[k] ? 'square' : 'circle',
      color: colour(k),
      size: 0.7,
      ...(isLabelled && { text: typographic(formatChange(data.return[k]!)) }),
    })
  }
  return markers
}

function crowds(
  trades: TradeIndex,
  exits: Uint32Array,
  level: Level,
  window: Window,
  palette: Palette,
): Marker[] {
  const width = Math.max(1, Math.ceil((window.visible / window.width) * CROWD_PX))
  const buckets = new Map<number, { count: number; pnl: number }>()
  for (const k of exits) {
    const bucket = Math.floor(trades.exitAt[k]! / level.factor / width)
    const sum = buckets.get(bucket) ?? { count: 0, pnl: 0 }
    sum.count += 1
    sum.pnl += trades.data.pnl[k]!
    buckets.set(bucket, sum)
  }
  return Array.from(buckets, ([bucket, { count, pnl }]) => {
    const middle = Math.floor((bucket + 0.5) * width)
    const group = Math.min(window.until - 1, Math.max(window.since, middle))
    return {
      time: timeOf(level, group),
      position: 'aboveBar' as const,
      shape: 'circle' as const,
      size: 0.5,
      color: pnl < 0 ? palette.loss : palette.gain,
      text: String(count),
    }
  })
}

function timeOf(level: Level, group: number): UTCTimestamp {
  return (level.time[group]! / 1000) as UTCTimestamp
}
