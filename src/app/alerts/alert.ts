import { createHash } from 'node:crypto'
import type { Millis } from '../../core/candles/time.js'
import { ALARM_TYPES, type FeedEvent } from '../../core/ports/server/event-feed.js'
import type { SessionRecord } from '../../core/ports/trading/sessions.js'
import { eventWords } from '../live/session/event-text.js'
import { standingOf } from '../live/session/session-lookup.js'

/** What is wrong with a session. docs/alerts.md has a heading for each. */
export type AlertKind =
  | 'SessionGone'
  | 'SessionFailed'
  | 'TradingHalted'
  | 'OrderUnknown'
  | 'FeedStale'
  | 'PositionWithoutStop'
  | 'EntriesHeld'
  | 'RiskBreached'
  | 'SessionError'
  | 'SettingsRefused'

/** `alarm` wakes somebody, `warning` waits for the morning. */
export const URGENCIES = ['alarm', 'warning'] as const

/** Something that somebody should see. */
export interface Alert {
  /** What it is of: the same each time that it comes again. */
  readonly subject: string
  /** Which time of it this is: an acknowledgement holds for this one and those before. */
  readonly number: number
  readonly kind: AlertKind
  readonly urgency: (typeof URGENCIES)[number]
  readonly sessionId: string
  readonly mode: SessionRecord['mode']
  /** What is wrong, in a sentence. */
  readonly text: string
  /** The next step. */
  readonly todo: string
  /** Since when, UTC milliseconds; null where nobody knows. */
  readonly since: Millis | null
  /** How often it has happened since somebody saw it; 1 for what lasts. */
  readonly count: number
  /** Whether it lasts; an event has passed. */
  readonly isOpen: boolean
}

type Found = Pick<Alert, 'kind' | 'urgency' | 'text' | 'todo' | 'since' | 'number'> & {
  /** What tells it from others of its kind in its session. */
  readonly of?: string
}

/** What is wrong with a session now, as it stands. */
export function standingAlerts(record: SessionRecord, now: Millis): readonly Alert[] {
  const { sessionId, mode } = record
  return [...lifeAlerts(record, now), ...tradingAlerts(record)].map(({ of = '', ...found }) => ({
    ...found,
    subject: subjectOf(found.kind, sessionId, of),
    sessionId,
    mode,
    count: 1,
    isOpen: true,
  }))
}

/** Whether somebody runs it. */
function lifeAlerts(record: SessionRecord, now: Millis): Found[] {
  const { sessionId, mode, state, beatAt, reason } = record
  if (standingOf(record, now) === 'gone') {
    return [
      {
        kind: 'SessionGone',
        urgency: 'alarm',
        text: 'Nobody runs this session: its process has ended. What it holds has no stop.',
        todo: `assay ${mode} --session ${sessionId}`,
        since: beatAt,
        number: beatAt,
      },
    ]
  }
  if (state !== 'failed') return []
  return [
    {
      kind: 'SessionFailed',
      urgency: 'alarm',
      text: `The session failed: ${reason ?? 'nobody knows why'}.`,
      todo: `assay sessions show ${sessionId}`,
      since: beatAt,
      number: beatAt,
    },
  ]
}

/** What it says of itself, as long as it runs. */
function tradingAlerts({ state, sessionId, status }: SessionRecord): Found[] {
  if (state !== 'running' || status === null) return []
  const { trading, isStale, fedAt, holds, orders, positions } = status
  const found: Found[] = []
  if (trading === 'halted') {
    const todo = `assay events tail --session ${sessionId}`
    const text = 'The session is halted for good.'
    found.push({ kind: 'TradingHalted', urgency: 'alarm', text, todo, since: null, number: 0 })
  }
  for (const { id, symbol, side } of orders.filter(one => one.state === 'unknown')) {
    const text = `Nobody knows yet whether the order to ${side} ${symbol} was filled.`
    const todo = `assay reconcile --session ${sessionId}`
    const of = `${symbol} ${id}`
    found.push({ kind: 'OrderUnknown', urgency: 'alarm', text, todo, since: null, number: 0, of })
  }
  for (const { symbol, strategy, stop, openedAt } of positions) {
    if (stop !== null) continue
    const text = `${symbol} of ${strategy} is held without a stop.`
    const todo = `assay settings set ${symbol.split('@')[0]!} stop_loss=0.05`
    const of = `${symbol} ${strategy}`
    const at = { since: openedAt, number: openedAt }
    found.push({ kind: 'PositionWithoutStop', urgency: 'alarm', text, todo, ...at, of })
  }
  if (isStale) {
    const urgency = positions.length > 0 ? 'alarm' : 'warning'
    const text = 'The feed has brought nothing for too long; nothing is entered.'
    const at = { since: fedAt, number: fedAt ?? 0 }
    found.push({ kind: 'FeedStale', urgency, text, todo: 'assay watch', ...at })
  }
  for (const reason of holds) {
    const text = `Nothing is entered: ${reason}.`
    const todo = `assay status --session ${sessionId}`
    const at = { since: null, number: 0 }
    found.push({ kind: 'EntriesHeld', urgency: 'warning', text, todo, ...at, of: reason })
  }
  return found
}

/** How an event that is an alert is told. */
const OF_EVENTS: Readonly<Record<(typeof ALARM_TYPES)[number], Pick<Alert, 'kind' | 'urgency'>>> = {
  'risk.breached': { kind: 'RiskBreached', urgency: 'alarm' },
  'limit.breached': { kind: 'RiskBreached', urgency: 'alarm' },
  error: { kind: 'SessionError', urgency: 'alarm' },
  'settings.refused': { kind: 'SettingsRefused', urgency: 'warning' },
}

/**
 * Alerts of events, those of one type in one session as one.
 * @param events the newest first
 */
export function eventAlerts(
  events: readonly FeedEvent[],
  modes: ReadonlyMap<string, SessionRecord['mode']>,
): readonly (Alert & { readonly numbers: readonly number[] })[] {
  const groups = new Map<string, [FeedEvent, ...FeedEvent[]]>()
  for (const event of events) {
    const name = `${event.sessionId} ${event.type}`
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [event])
    else group.push(event)
  }
  return [...groups.values()].map(group => {
    const [last] = group
    const { sessionId, type, payload, time, number } = last
    const numbers = group.map(one => one.number)
    return {
      ...OF_EVENTS[type as keyof typeof OF_EVENTS],
      subject: subjectOf(type, sessionId),
      number,
      numbers,
      sessionId,
      mode: modes.get(sessionId) ?? 'paper',
      text: eventWords({ type, payload }),
      todo: `assay events tail --session ${sessionId}`,
      since: time,
      count: group.length,
      isOpen: false,
    }
  })
}

function subjectOf(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16)
}
