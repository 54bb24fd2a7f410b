import { formatTime, type Millis } from '../../../core/candles/time.js'
import { cut, TERMINAL_WIDTH } from '../../../core/text-layout.js'
import { table } from '../../../core/text-table.js'
import { nextLine } from '../../output/next-line.js'
import { eventJson } from '../session/session-events.js'
import { ordersJson, positionsJson, spanText, statusJson } from '../session/session-status.js'
import {
  drawdownOf,
  eventLines,
  lines,
  ROSTER_HEADS,
  rosterRow,
  sessionLines,
  type WatchLine,
} from './session-lines.js'
import type { SeenSession } from './session-looks.js'
import { chosenSession, KILL_WORD, type WatchView } from './watch-view.js'

/** Figures that are older than this are told to be. */
const OLD_MS = 6000
/** Sessions that are listed at once. */
const ROSTER_MAX = 6
/** Lines of events under each session of a frame. */
const EVENT_LINES = 8

/** Size of a terminal, in characters. */
export interface Size {
  readonly width: number
  readonly height: number
}

/** The page of a terminal: never more lines than it has, none wider. */
export function pageLines(view: WatchView, now: Millis, { width, height }: Size): WatchLine[] {
  const foot = footLines(view, width).slice(-height)
  const seen = chosenSession(view)
  const asOf = asOfOf(view, now)
  const head = [...headLines(view, now, width), ...rosterLines(view, asOf, width)]
  const body = seen === undefined ? emptyLines(view, width) : sessionLines(seen, { asOf, width })
  const room = Math.max(0, height - foot.length)
  const above = fitted([...head, ...body], room, width)
  const left = room - above.length - 2
  const events = seen === undefined || left < 1 ? [] : eventLines(seen, left)
  const told = events.length === 0 ? [] : [...lines('\nlast events', 'head', width), ...events]
  const blank = Array.from({ length: room - above.length - told.length }, () => BLANK)
  return [...above, ...told, ...blank, ...foot].map(line => ({
    ...line,
    text: cut(line.text, width),
  }))
}

/** All that is known of all sessions, for whoever reads it later. */
export function frameText(view: WatchView, now: Millis): string {
  const width = TERMINAL_WIDTH
  const asOf = asOfOf(view, now)
  const sessions = view.look?.sessions ?? []
  const body = sessions.flatMap(seen => [
    BLANK,
    ...sessionLines(seen, { asOf, width }),
    ...lines('\nlast events', 'head', width),
    ...eventLines(seen, EVENT_LINES),
  ])
  const first = sessions[0]?.record.sessionId
  const last =
    first === undefined
      ? emptyLines(view, width)
      : [BLANK, ...lines(nextLine(`assay events tail --session ${first} --follow`), 'plain', width)]
  return [...headLines(view, now, width), ...body, ...last].map(({ text }) => text).join('\n')
}

/** A view for programs. */
export function frameJson({ look, trouble }: WatchView, now: Millis): Record<string, unknown> {
  return {
    time: formatTime(now),
    seen_at: look === null ? null : formatTime(look.at),
    trouble,
    sessions: (look?.sessions ?? []).map(seen => sessionJson(seen, look!.at)),
  }
}

function sessionJson(seen: SeenSession, at: Millis): Record<string, unknown> {
  const { record, peak, events } = seen
  return {
    ...statusJson(record, at),
    peak_equity: peak,
    drawdown: drawdownOf(seen),
    holds: record.status?.holds ?? [],
    paused: record.status?.isPaused ?? false,
    last_seen_at: formatTime(record.beatAt),
    positions: positionsJson(record),
    orders: ordersJson(record),
    events: events.map(eventJson),
  }
}

const BLANK: WatchLine = { text: '', tone: 'plain' }

/** Figures that cannot be read any more stand as they stood; nobody is called gone meanwhile. */
function asOfOf({ look, trouble }: WatchView, now: Millis): Millis {
  return look !== null && (trouble !== null || now - look.at > OLD_MS) ? look.at : now
}

function headLines({ look, trouble }: WatchView, now: Millis, width: number): WatchLine[] {
  const count = look?.sessions.filter(({ record }) => record.state === 'running').length ?? 0
  const time = `${formatTime(now).slice(0, 19).replace('T', ' ')} UTC`
  const running = look === null ? '' : `, ${count} running`
  const head = lines(`assay watch, ${time}${running}`, 'head', width)
  if (look === null) return [...head, ...(trouble === null ? [] : awayLines(trouble, width))]
  const age = now - look.at
  const isOld = trouble !== null || age > OLD_MS
  const old = isOld
    ? lines(`last seen ${spanText(age)} ago: all below is as it was then`, 'alarm', width)
    : []
  return [...head, ...(trouble === null ? [] : awayLines(trouble, width)), ...old]
}

function awayLines(trouble: string, width: number): WatchLine[] {
  return lines(`THE STORE DOES NOT ANSWER: ${trouble}; asked again and again`, 'alarm', width, '  ')
}

function emptyLines({ look, trouble }: WatchView, width: number): WatchLine[] {
  if (look === null) return trouble === null ? lines('looking ...', 'faint', width) : []
  const next = nextLine('assay paper STRATEGY --symbol SOL-USDC --timeframe 1m')
  return [BLANK, ...lines(`no session is running\n${next}`, 'plain', width)]
}

/** Sessions where there are several, those around the chosen one. */
function rosterLines(view: WatchView, asOf: Millis, width: number): WatchLine[] {
  const sessions = view.look?.sessions ?? []
  if (sessions.length < 2) return [BLANK]
  const chosen = chosenSession(view)!
  const at = sessions.indexOf(chosen)
  const from = Math.max(0, Math.min(at - 2, sessions.length - ROSTER_MAX))
  const shown = sessions.slice(from, from + ROSTER_MAX)
  const rows = shown.map(seen => {
    const [id, ...rest] = rosterRow(seen, asOf)
    return [`${seen === chosen ? '>' : '-'} ${id!}`, ...rest]
  })
  const more = sessions.length - shown.length
  return [
    BLANK,
    ...table(ROSTER_HEADS, rows, width)
      .split('\n')
      .map((text): WatchLine => ({ text, tone: text.startsWith('>') ? 'head' : 'plain' })),
    ...(more > 0
      ? lines(`and ${more} more; this is ${at + 1} of ${sessions.length}`, 'faint', width)
      : []),
    BLANK,
  ]
}

function footLines({ kill, notice, look }: WatchView, width: number): WatchLine[] {
  if (kill !== null) {
    const ask = `KILL session ${kill.sessionId}? It closes everything and enters nothing more.`
    const how = `type ${KILL_WORD} and Enter; Escape does nothing: ${kill.typed}_`
    return lines(`${ask}\n${how}`, 'alarm', width)
  }
  const several = (look?.sessions.length ?? 0) > 1 ? '   tab next session' : ''
  return [
    ...(notice === '' ? [BLANK] : lines(notice, 'head', width)),
    ...lines(`q quit   p pause   r resume   k kill${several}`, 'faint', width),
  ]
}

/** As many lines as there is room for; what is left out is told. */
function fitted(all: readonly WatchLine[], room: number, width: number): WatchLine[] {
  if (all.length <= room) return [...all]
  const kept = Math.max(0, room - 1)
  const left = `${all.length - kept} more lines: make the window higher, or assay positions`
  return [...all.slice(0, kept), ...lines(left, 'faint', width).slice(0, room - kept)]
}
