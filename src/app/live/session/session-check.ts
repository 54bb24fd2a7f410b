import { canonicalJson, snakeKeys } from '../../../core/canonical.js'
import { sessionSpec, type SessionRequest } from '../../../backtest/portfolio/session-request.js'
import { formatTime, type Millis } from '../../../core/candles/time.js'
import type { TradingEvent } from '../../../core/account/events.js'
import { Session, type Input } from '../../../core/engine/session.js'
import type { EventRecord } from '../../../core/ports/research/events.js'
import type { SessionInput, SessionRecord } from '../../../core/ports/trading/sessions.js'
import type { Workspace } from '../../workspace/compose.js'
import {
  changedManifest,
  manifestOfSession,
  requestOfSession,
  type ChangedStrategies,
} from './session-manifest.js'
import { restarted } from '../settings/settings-watch.js'
import { fedCandle } from './session-history.js'

/** What a session did, beside what the engine does when it is given the same again. */
export interface SessionCheck {
  readonly sessionId: string
  /** Events of its trading that were compared. */
  readonly compared: number
  /** The first that differs, in words; null where none does. */
  readonly difference: string | null
  readonly session: Session
}

/** What trading tells; the rest a session says of itself. */
const TRADING: ReadonlySet<string> = new Set<TradingEvent['type']>([
  'signal',
  'trade.executed',
  'position.updated',
  'order.placed',
  'order.cancelled',
  'risk.breached',
  'error',
])

/** Gives the engine all that entered a session, in order, and compares what it says with what was stored. */
export async function checkSession(
  workspace: Workspace,
  record: SessionRecord,
): Promise<SessionCheck> {
  const { sessionId, mode } = record
  const store = await workspace.sessions()
  let manifest = manifestOfSession(record)
  const venueRun = mode === 'live' ? sessionId : undefined
  let session = sessionOf(await requestOfSession(workspace, manifest), venueRun)
  const stored = tradingEvents(store.events(sessionId))
  let compared = 0
  for await (const page of store.inputs(sessionId)) {
    for (const input of page) {
      if (input.kind === 'settings') {
        manifest = changedManifest(manifest, input.payload as ChangedStrategies)
        session = restarted(session, await requestOfSession(workspace, manifest))
        continue
      }
      for (const event of enter(session, input)) {
        const next = await stored.next()
        const difference = next.done === true ? missing(event) : differenceOf(event, next.value)
        if (difference !== null) return { sessionId, compared, difference, session }
        compared += 1
      }
    }
  }
  const left = await stored.next()
  const difference =
    left.done === true
      ? null
      : `event ${left.value.seq} (${left.value.type}) follows from nothing that entered it`
  return { sessionId, compared, difference, session }
}

function sessionOf(request: SessionRequest, venueRun: string | undefined): Session {
  const { spec, markets } = sessionSpec(request)
  const followsLegs = request.allocation !== null
  return new Session(spec, markets, { followsLegs, ...(venueRun !== undefined && { venueRun }) })
}

function enter(session: Session, { kind, payload }: SessionInput): readonly TradingEvent[] {
  if (kind !== 'warm') return session.take(payload as Input).events
  const { of, candle } = fedCandle(kind, payload)
  if (typeof of === 'number') session.warm(candle!, of)
  else session.warmReference(of.symbol, of.timeframeMs, candle!)
  return []
}

async function* tradingEvents(
  pages: AsyncIterable<readonly EventRecord[]>,
): AsyncGenerator<EventRecord> {
  for await (const page of pages) {
    for (const event of page) if (TRADING.has(event.type)) yield event
  }
}

function differenceOf(event: TradingEvent, stored: EventRecord): string | null {
  const { type, time, ...payload } = event
  const isSame =
    type === stored.type &&
    time === stored.time &&
    canonicalJson(snakeKeys(payload)) === canonicalJson(stored.payload)
  if (isSame) return null
  return `at ${textOf(time)} the engine says ${type} ${JSON.stringify(snakeKeys(payload))}; event ${stored.seq} is ${stored.type} ${JSON.stringify(stored.payload)} at ${textOf(stored.time)}`
}

function missing({ type, time }: TradingEvent): string {
  return `at ${textOf(time)} the engine says ${type}, and the session has no such event`
}

function textOf(time: Millis): string {
  return formatTime(time)
}
