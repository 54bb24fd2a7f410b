import type { Millis } from '../../../core/candles/time.js'
import type { EventRecord } from '../../../core/ports/research/events.js'
import type { SessionRecord, SessionRepository } from '../../../core/ports/trading/sessions.js'
import type { Workspace } from '../../workspace/compose.js'
import { sessionsMeant, type StatusOptions } from '../session/session-status.js'

/** Events of a session that are kept to be shown. */
const EVENTS_KEPT = 40

/** A session as somebody who looks at it sees it. */
export interface SeenSession {
  readonly record: SessionRecord
  /** The most that the account was worth at a close, or at its beginning; null where nothing is known. */
  readonly peak: number | null
  /** The last ones, in order. */
  readonly events: readonly EventRecord[]
}

/** What a look into the store has found. */
export interface Look {
  /** When it was looked, UTC milliseconds. */
  readonly at: Millis
  /** Those that run, and those that have ended since somebody looks. */
  readonly sessions: readonly SeenSession[]
}

/** What is known of a session from looks before, so that each reads only what is new. */
interface Known extends SeenSession {
  /** Close of the last mark that was read; null before the first. */
  readonly markedAt: Millis | null
}

/** Looks at sessions again and again, with whatever workspace reaches the store just now. */
export class SessionLooks {
  private readonly known = new Map<string, Known>()
  private session: string | null

  /** @param session one alone, by id, the beginning of it, or `latest`; null for those that run */
  constructor(session: string | null) {
    this.session = session
  }

  /** @throws AppError UNKNOWN_SESSION, and whatever keeps the store from answering */
  async look(workspace: Workspace, now: Millis): Promise<Look> {
    const store = await workspace.sessions()
    const options: StatusOptions = { session: this.session }
    const meant = await sessionsMeant(workspace, options)
    if (this.session !== null) this.session = meant[0]!.sessionId
    const records = [...meant, ...(await this.ended(store, meant))]
    const sessions: SeenSession[] = []
    for (const record of records) sessions.push(await this.seen(store, record))
    return { at: now, sessions }
  }

  /** Sessions that ran when somebody looked before: they do not vanish without a word. */
  private async ended(
    store: SessionRepository,
    meant: readonly SessionRecord[],
  ): Promise<SessionRecord[]> {
    const found: SessionRecord[] = []
    for (const [sessionId, { record }] of this.known) {
      if (meant.some(one => one.sessionId === sessionId)) continue
      const now = record.state === 'running' ? (await store.find(sessionId))?.record : record
      if (now !== undefined) found.push(now)
    }
    return found
  }

  private async seen(store: SessionRepository, record: SessionRecord): Promise<SeenSession> {
    const { sessionId } = record
    const before = this.known.get(sessionId)
    const isSame =
      before?.record.lastEventSeq === record.lastEventSeq &&
      before.record.status?.time === record.status?.time &&
      before.record.state === record.state
    const known = isSame ? { ...before, record } : await this.read(store, record, before)
    this.known.set(sessionId, known)
    return known
  }

  private async read(
    store: SessionRepository,
    record: SessionRecord,
    before: Known | undefined,
  ): Promise<Known> {
    const { sessionId, lastEventSeq } = record
    const markedAt = before?.markedAt ?? null
    const marks = await store.marks(sessionId, markedAt ?? undefined)
    const worths = [before?.peak ?? capitalOf(record), ...marks.map(({ equity }) => equity)]
    const known = worths.filter(worth => worth !== null)
    const seenTo = before?.events.at(-1)?.seq ?? -1
    const events = [...(before?.events ?? [])]
    const since = Math.max(seenTo + 1, lastEventSeq + 1 - EVENTS_KEPT)
    if (since <= lastEventSeq) {
      for await (const page of store.events(sessionId, since)) events.push(...page)
    }
    return {
      record,
      peak: known.length === 0 ? null : known.reduce((a, b) => Math.max(a, b)),
      markedAt: marks.at(-1)?.time ?? markedAt,
      events: events.slice(-EVENTS_KEPT),
    }
  }
}

/** What a session began with, as its manifest says. */
function capitalOf({ manifest }: SessionRecord): number | null {
  const { capital } = Object(manifest) as { readonly capital?: unknown }
  return typeof capital === 'number' ? capital : null
}
