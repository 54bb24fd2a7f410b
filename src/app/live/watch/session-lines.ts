import { someOf } from '../session/session-text.js'
import { formatTime, type Millis } from '../../../core/candles/time.js'
import { formatFixed, formatPercent } from '../../../core/number-format.js'
import type { SessionRecord, SessionStatus } from '../../../core/ports/trading/sessions.js'
import { printable, wrap } from '../../../core/text-layout.js'
import { table } from '../../../core/text-table.js'
import { stampedEvent } from '../session/event-text.js'
import { standingOf } from '../session/session-lookup.js'
import {
  feedAge,
  ORDER_HEADS,
  orderRow,
  POSITION_HEADS,
  positionRow,
  spanText,
} from '../session/session-status.js'
import type { SeenSession } from './session-looks.js'

/** How a line is shown where there are colours. */
export type Tone = 'plain' | 'head' | 'alarm' | 'faint'

/** A line of a page. */
export interface WatchLine {
  readonly text: string
  readonly tone: Tone
}

/** Where a page is drawn. */
export interface Place {
  /** The time that its figures are of, UTC milliseconds. */
  readonly asOf: Millis
  /** Columns. */
  readonly width: number
}

/** Lines of one tone, wrapped. */
export function lines(text: string, tone: Tone, width: number, indent = ''): WatchLine[] {
  return text
    .split('\n')
    .flatMap(line => wrap(printable(line), width, indent))
    .map(line => ({ text: line, tone }))
}

/** A fraction of the peak that is lost; null where there is no peak. */
export function drawdownOf({ record, peak }: SeenSession): number | null {
  const equity = record.status?.equity
  return equity === undefined || peak === null || peak <= 0 ? null : Math.max(0, 1 - equity / peak)
}

/** A session in one line among others. */
export function rosterRow(seen: SeenSession, asOf: Millis): string[] {
  const { record } = seen
  const { status } = record
  const drawdown = drawdownOf(seen)
  const standing = standingOf(record, asOf)
  return [
    record.sessionId.slice(0, 12),
    record.mode,
    standing === 'running' ? (status?.trading ?? 'running') : standing,
    printable(`${someOf(record.strategies, '+')} ${someOf(record.symbols, ',')}`),
    status === null ? '-' : formatFixed(status.equity, 2),
    drawdown === null ? '-' : formatPercent(drawdown),
  ]
}

/** Headings of `rosterRow`. */
export const ROSTER_HEADS = ['session', 'mode', 'state', 'of', 'equity', 'drawdown']

/** How a session stands, in words, with what it holds and has ordered. */
export function sessionLines(seen: SeenSession, { asOf, width }: Place): WatchLine[] {
  const { record } = seen
  const { status } = record
  const isGone = standingOf(record, asOf) === 'gone'
  const tone: Tone = isGone ? 'faint' : 'plain'
  const fact = (name: string, text: string, own: Tone = tone): WatchLine[] =>
    lines(`${name.padEnd(10)}${text}`, own, width, ' '.repeat(10))
  const of = `${someOf(record.strategies, ', ')} on ${someOf(record.symbols, ', ')} ${record.timeframe}`
  const mode = record.mode === 'live' ? 'LIVE, real money' : 'paper, no money'
  const head = [
    ...fact('session', `${record.sessionId}, ${mode}`, 'head'),
    ...fact('trades', `${of}, candles of ${record.feed}`),
    ...standingFact(record, asOf, fact),
  ]
  if (status === null) return [...head, ...fact('equity', 'no candle has come yet')]
  return [
    ...head,
    ...(record.state === 'running' ? entriesFact(status, fact) : []),
    ...equityFact(seen, status, fact),
    ...(record.state === 'running' ? feedFact(record, asOf, fact) : []),
    ...holdingLines(status, { asOf, width }, tone),
  ]
}

type Fact = (name: string, text: string, tone?: Tone) => WatchLine[]

function standingFact(record: SessionRecord, asOf: Millis, fact: Fact): WatchLine[] {
  const { sessionId, mode, reason } = record
  const standing = standingOf(record, asOf)
  const why = reason === null ? '' : `: ${reason}`
  if (standing === 'gone') {
    const ago = spanText(asOf - record.beatAt)
    const text = `GONE: its process was last seen ${ago} ago; what stands here is as old`
    return [
      ...fact('state', text, 'alarm'),
      ...fact('', `assay ${mode} --session ${sessionId} resumes it`),
    ]
  }
  if (standing === 'running') return fact('state', 'it runs')
  if (standing === 'failed') return fact('state', `it has FAILED${why}`, 'alarm')
  return fact('state', `it has ended, ${standing}${why}`, 'head')
}

function entriesFact(status: SessionStatus, fact: Fact): WatchLine[] {
  const { trading, isPaused, isStale, holds } = status
  if (trading === 'halted') {
    return fact('entries', 'HALTED: it closes everything, and enters nothing more', 'alarm')
  }
  const reasons = [
    ...(isPaused ? ['somebody has paused it'] : []),
    ...(isStale ? ['its feed is stale'] : []),
    ...holds,
  ]
  if (reasons.length === 0 && trading === 'active') return fact('entries', 'it enters and leaves')
  const why = reasons.length === 0 ? '' : `: ${reasons.join('; ')}`
  return fact('entries', `nothing is entered, exits go on${why}`, 'alarm')
}

function equityFact(seen: SeenSession, { equity, time }: SessionStatus, fact: Fact): WatchLine[] {
  const drawdown = drawdownOf(seen)
  const at = time === null ? '' : `, at the close of ${minuteOf(time)}`
  const below =
    drawdown === null
      ? []
      : fact('drawdown', `${formatPercent(drawdown)} below ${formatFixed(seen.peak!, 2)}`)
  return [...fact('equity', `${formatFixed(equity, 2)}${at}`), ...below]
}

function minuteOf(time: Millis): string {
  return formatTime(time).slice(0, 16).replace('T', ' ')
}

function feedFact(record: SessionRecord, asOf: Millis, fact: Fact): WatchLine[] {
  const age = feedAge(record, asOf)
  if (record.feed === 'replay') return fact('feed', 'stored candles')
  const text = age === null ? 'nothing has come yet' : `last heard ${spanText(age)} ago`
  return record.status?.isStale === true
    ? fact('feed', `STALE, ${text}`, 'alarm')
    : fact('feed', text)
}

function holdingLines({ positions, orders }: SessionStatus, place: Place, tone: Tone): WatchLine[] {
  const { width } = place
  const unknown = orders.filter(({ state }) => state === 'unknown').length
  const rowsOf = (heads: readonly string[], rows: readonly string[][]): WatchLine[] =>
    table(
      heads,
      rows.map(row => row.map(printable)),
      width,
    )
      .split('\n')
      .map(text => ({ text, tone }))
  return [
    ...lines(`\npositions: ${positions.length === 0 ? 'none' : positions.length}`, 'head', width),
    ...(positions.length === 0 ? [] : rowsOf(POSITION_HEADS, positions.map(positionRow))),
    ...lines(
      `\norders: ${orders.length === 0 ? 'none' : `${orders.length}, unknown ${unknown}`}`,
      unknown > 0 ? 'alarm' : 'head',
      width,
    ),
    ...(orders.length === 0 ? [] : rowsOf(ORDER_HEADS, orders.map(orderRow))),
  ]
}

/** The last events of a session, in as many lines as there is room for. */
export function eventLines({ events }: SeenSession, room: number): WatchLine[] {
  const all = events
    .map(stampedEvent)
    .flatMap(text => text.split('\n'))
    .map((text): WatchLine => ({ text: printable(text), tone: 'plain' }))
  return room <= 0 ? [] : all.slice(-room)
}
