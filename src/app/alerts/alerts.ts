import { formatTime, formatTimeOrNull, type Millis } from '../../core/candles/time.js'
import { AppError } from '../../core/errors.js'
import type { AlertMark } from '../../core/ports/server/alerts.js'
import type { SessionRecord, SessionRepository } from '../../core/ports/trading/sessions.js'
import type { Workspace } from '../workspace/compose.js'
import { eventAlerts, standingAlerts, type Alert } from './alert.js'

/** Sessions that have shown no sign of life for longer are history. */
const KEPT_MS = 7 * 86_400_000
const SESSIONS_MAX = 1_000
/** The page asks every two seconds: not for a long history. */
const ENDED_MAX = 100
const EVENTS_MAX = 1_000
const NOTE_LENGTH_MAX = 500

/** An alert, and who has seen it; null for nobody. */
export interface MarkedAlert extends Alert {
  readonly mark: AlertMark | null
}

/**
 * What somebody should see, of sessions that run and of those that ended within a week: what nobody has
 * seen first, alarms before warnings, money before paper, then the newest.
 */
export async function listAlerts(workspace: Workspace): Promise<readonly MarkedAlert[]> {
  const now = workspace.clock.now()
  const sessions = await sessionsToWatch(await workspace.sessions(), now)
  const feed = await workspace.eventFeed()
  await feed.advance()
  const ids = sessions.map(({ sessionId }) => sessionId)
  const events = await feed.alarms(ids, EVENTS_MAX)
  const modes = new Map(sessions.map(({ sessionId, mode }) => [sessionId, mode]))
  const found: readonly (Alert & { readonly numbers?: readonly number[] })[] = [
    ...sessions.flatMap(one => standingAlerts(one, now)),
    ...eventAlerts(events, modes),
  ]
  const marks = await (await workspace.alertMarks()).of(found.map(({ subject }) => subject))
  return found.map(alert => marked(alert, marks.get(alert.subject))).sort(inOrder)
}

/** Those that run, and of the newest those that ended not long ago. */
async function sessionsToWatch(
  store: SessionRepository,
  now: Millis,
): Promise<readonly SessionRecord[]> {
  const running = await store.list(SESSIONS_MAX, 'running')
  const newest = await store.list(ENDED_MAX)
  const ended = newest.filter(({ state, beatAt }) => state !== 'running' && now - beatAt < KEPT_MS)
  return [...running, ...ended]
}

/** A mark of an earlier time says nothing of this one, but that what was before it was seen. */
function marked(
  { numbers, ...alert }: Alert & { readonly numbers?: readonly number[] },
  mark: AlertMark | undefined,
): MarkedAlert {
  if (mark !== undefined && mark.number >= alert.number) return { ...alert, mark }
  const seen = mark?.number ?? -Infinity
  const count = numbers?.filter(number => number > seen).length ?? alert.count
  return { ...alert, count, mark: null }
}

function inOrder(a: MarkedAlert, b: MarkedAlert): number {
  return rankOf(a) - rankOf(b) || (b.since ?? Infinity) - (a.since ?? Infinity) || nameOrder(a, b)
}

function rankOf({ mark, urgency, mode }: MarkedAlert): number {
  return (mark === null ? 0 : 4) + (urgency === 'alarm' ? 0 : 2) + (mode === 'live' ? 0 : 1)
}

function nameOrder(a: MarkedAlert, b: MarkedAlert): number {
  return alertId(a) < alertId(b) ? -1 : 1
}

/** By which an alert is acknowledged: another one when it comes again. */
export function alertId({ subject, number }: Alert): string {
  return `${subject}-${number}`
}

/** Who acknowledges an alert, and what he says of it. */
export interface Acknowledgement {
  readonly actor: string
  readonly note?: string | undefined
}

/**
 * Notes that somebody has seen an alert; one that was seen already stays as it is.
 * @throws AppError UNKNOWN_ALERT where there is none, or it is over
 */
export async function acknowledgeAlert(
  workspace: Workspace,
  id: string,
  { actor, note = '' }: Acknowledgement,
): Promise<MarkedAlert> {
  const alert = (await listAlerts(workspace)).find(one => alertId(one) === id)
  if (alert === undefined) {
    throw new AppError('UNKNOWN_ALERT', `there is no alert "${id}" any more, or never was`, {
      hint: 'what it told of is over, or has come again; GET /v1/alerts lists those there are',
    })
  }
  if (alert.mark !== null) return alert
  const { subject, number, kind, sessionId } = alert
  const markedAt = workspace.clock.now()
  const mark = { subject, number, actor, markedAt, note: note.slice(0, NOTE_LENGTH_MAX) }
  await (await workspace.alertMarks()).mark(mark)
  const payload = { actor, alert_id: id, kind, session_id: sessionId, text: alert.text, note }
  await (await workspace.audit()).append({ time: markedAt, type: 'alert.acknowledged', payload })
  return { ...alert, mark }
}

/** An alert as programs see it. */
export function alertJson(alert: MarkedAlert): Record<string, unknown> {
  const { kind, urgency, sessionId, mode, text, todo, since, count, isOpen, mark } = alert
  return {
    id: alertId(alert),
    kind,
    urgency,
    session_id: sessionId,
    mode,
    text,
    todo,
    since: formatTimeOrNull(since),
    count,
    open: isOpen,
    acknowledged: mark && {
      actor: mark.actor,
      at: formatTime(mark.markedAt),
      note: mark.note,
    },
  }
}
