import { linkHash } from '../../../backtest/run/record/event-log.js'
import { formatTime } from '../../../core/candles/time.js'
import { AppError } from '../../../core/errors.js'
import type { EventRecord } from '../../../core/ports/research/events.js'
import type { SessionRepository } from '../../../core/ports/trading/sessions.js'
import { textOption, type Optional } from '../../options/options.js'
import type { Workspace } from '../../workspace/compose.js'
import { stampedEvent } from './event-text.js'
import { findSession } from './session-lookup.js'

export type EventOptions = Optional<{
  /** The newest where none is named. */
  session: string
}>

/** An event as a line of JSON. */
export function eventJson({ seq, time, type, payload, linkHash: link }: EventRecord): object {
  return { seq, time: formatTime(time), type, payload, link_hash: link }
}

/** An event for people, with its number. */
export function eventLine(event: EventRecord): string {
  return `${String(event.seq).padStart(6)}  ${stampedEvent(event)}`
}

/** Reads the events of a session from a number on. */
export async function* sessionEvents(
  workspace: Workspace,
  options: EventOptions,
  since: number,
): AsyncGenerator<EventRecord> {
  const store = await workspace.sessions()
  const { record } = await findSession(store, textOption(options, 'session') ?? 'latest')
  for await (const page of store.events(record.sessionId, since)) yield* page
}

/** The last events of a session, then each as it comes, until the signal. */
export async function* followEvents(
  workspace: Workspace,
  options: EventOptions,
  { last, follow, signal }: { last: number; follow: boolean; signal: AbortSignal },
): AsyncGenerator<EventRecord> {
  const store = await workspace.sessions()
  const { record } = await findSession(store, textOption(options, 'session') ?? 'latest')
  let next = Math.max(0, record.lastEventSeq + 1 - last)
  for (;;) {
    for await (const page of store.events(record.sessionId, next)) {
      yield* page
      next = page[page.length - 1]!.seq + 1
    }
    if (!follow || signal.aborted) return
    if ((await store.find(record.sessionId))?.record.state !== 'running') return
    await new Promise(resolve => setTimeout(resolve, 500))
  }
}

/** What a check of the chain found. */
export interface ChainCheck {
  readonly sessionId: string
  readonly events: number
  /** Number of the first event that the chain does not vouch for; null where it vouches for all. */
  readonly brokenAt: number | null
}

/** Checks that no event of a session was changed, taken out or put in. @throws AppError UNKNOWN_SESSION */
export async function verifyEvents(
  workspace: Workspace,
  options: EventOptions,
): Promise<ChainCheck> {
  const store = await workspace.sessions()
  const { record, link } = await findSession(store, textOption(options, 'session') ?? 'latest')
  const { sessionId } = record
  const checked = await checkChain(store, sessionId)
  const isCut = checked.brokenAt === null && checked.link !== link
  return { sessionId, events: checked.events, brokenAt: isCut ? checked.events : checked.brokenAt }
}

async function checkChain(
  store: SessionRepository,
  sessionId: string,
): Promise<{ events: number; brokenAt: number | null; link: string }> {
  let [link, expected, since] = ['', 0, 0]
  let batch: EventRecord[] = []
  for await (const page of store.events(sessionId)) {
    for (const event of page) {
      if (event.seq !== expected++) return { events: expected, brokenAt: expected - 1, link }
      batch.push({ ...event, linkHash: null })
      if (event.linkHash === null) continue
      if (linkHash(link, batch) !== event.linkHash)
        return { events: expected, brokenAt: since, link }
      link = event.linkHash
      since = expected
      batch = []
    }
  }
  return { events: expected, brokenAt: batch.length === 0 ? null : since, link }
}

/** A chain that is broken, as an error. */
export function brokenChain({ sessionId, brokenAt }: ChainCheck): AppError {
  return new AppError(
    'EVENTS_CHANGED',
    `the events of session ${sessionId} are not as they were written, from number ${brokenAt} on`,
    { hint: 'compare them with a backup: somebody or something has changed the database' },
  )
}
