import { broken } from '../../src/core/assert.js'
import type { AppError } from '../../src/core/errors.js'
import type { EventRecord } from '../../src/core/ports/research/events.js'
import type {
  CommandAnswer,
  NewSession,
  SessionCommand,
  SessionCommit,
  SessionInput,
  SessionRecord,
  SessionRepository,
  StoredSession,
  SessionState,
} from '../../src/core/ports/trading/sessions.js'
import { sessionTaken } from '../../src/core/ports/trading/session-loss.js'

/** An answer never comes at once. */
const LATER = Promise.resolve()

interface Kept {
  record: SessionRecord
  snapshot: string | null
  link: string
  readonly inputs: SessionInput[]
  readonly events: EventRecord[]
  readonly trades: unknown[]
  readonly marks: Map<number, number>
}

/** Sessions that live as long as their object, for simulations: what a crash leaves is in it. */
export class MemorySessions implements SessionRepository {
  private readonly sessions = new Map<string, Kept>()
  private readonly asked: SessionCommand[] = []
  private readonly requests = new Map<string, number>()

  async create(session: NewSession): Promise<void> {
    await LATER
    const { sessionId, createdAt } = session
    if (this.sessions.has(sessionId)) throw new Error(`duplicate key: ${sessionId}`)
    const record: SessionRecord = {
      ...plain(session),
      state: 'running',
      beatAt: createdAt,
      fence: 1,
      status: null,
      lastEventSeq: -1,
      reason: null,
      resultHash: null,
    }
    const kept = { record, snapshot: null, link: '', inputs: [], events: [], trades: [] }
    this.sessions.set(sessionId, { ...kept, marks: new Map() })
  }

  async find(sessionId: string): Promise<StoredSession | undefined> {
    await LATER
    const kept = this.sessions.get(sessionId)
    if (kept === undefined) return undefined
    const { record, snapshot, link, inputs } = kept
    return {
      record,
      snapshot: snapshot === null ? null : (JSON.parse(snapshot) as unknown),
      inputSeq: inputs.at(-1)?.seq ?? -1,
      link,
    }
  }

  /** Numbers of the last input and the last event; -1 for none. Sooner than `find`, which reads the snapshot. */
  async lastNumbers(sessionId: string): Promise<readonly [input: number, event: number]> {
    await LATER
    const kept = this.sessions.get(sessionId)
    return [kept?.inputs.at(-1)?.seq ?? -1, kept?.record.lastEventSeq ?? -1]
  }

  async list(limit = 100, state?: SessionState): Promise<readonly SessionRecord[]> {
    await LATER
    const records = [...this.sessions.values()]
      .map(({ record }) => record)
      .filter(record => state === undefined || record.state === state)
    return records.sort((a, b) => b.createdAt - a.createdAt).slice(0, limit)
  }

  async takeOver(sessionId: string, before: number, now: number): Promise<number | null> {
    await LATER
    const kept = this.sessions.get(sessionId)
    if (kept?.record.state !== 'running' || kept.record.beatAt >= before) return null
    kept.record = { ...kept.record, fence: kept.record.fence + 1, beatAt: now }
    return kept.record.fence
  }

  async beat(sessionId: string, fence: number, now: number): Promise<boolean> {
    await LATER
    const kept = this.own(sessionId, fence)
    if (kept !== undefined) kept.record = { ...kept.record, beatAt: now }
    return kept !== undefined
  }

  async commit(sessionId: string, fence: number, now: number, said: SessionCommit): Promise<void> {
    await LATER
    const kept = this.own(sessionId, fence)
    if (kept === undefined) throw this.taken(sessionId, fence)
    if (isStored(kept, said)) return
    const { events, inputs, trades, marks, answers, status } = plain({ ...said, snapshot: null })
    refuseTwice([...kept.events.slice(-1), ...events])
    refuseTwice([...kept.inputs.slice(-1), ...inputs])
    kept.events.push(...events)
    kept.inputs.push(...inputs)
    kept.trades.push(...trades)
    for (const { time, equity } of marks) kept.marks.set(time, equity)
    for (const { id, outcome } of answers) this.settle(sessionId, { id, outcome }, now)
    kept.link = events.findLast(({ linkHash }) => linkHash !== null)?.linkHash ?? kept.link
    if (said.snapshot !== null) kept.snapshot = JSON.stringify(said.snapshot)
    const lastEventSeq = events.at(-1)?.seq ?? kept.record.lastEventSeq
    kept.record = { ...kept.record, status, lastEventSeq, beatAt: now }
  }

  async end(...[sessionId, fence, end]: Parameters<SessionRepository['end']>): Promise<void> {
    await LATER
    const kept = this.own(sessionId, fence)
    const record = this.sessions.get(sessionId)?.record
    if (kept !== undefined) kept.record = { ...kept.record, ...end }
    else if (
      record?.fence !== fence ||
      record.state !== end.state ||
      record.reason !== end.reason
    ) {
      throw this.taken(sessionId, fence)
    }
  }

  async *events(sessionId: string, since = 0): AsyncIterable<readonly EventRecord[]> {
    await LATER
    const found = this.sessions.get(sessionId)?.events.filter(({ seq }) => seq >= since) ?? []
    if (found.length > 0) yield found
  }

  async *inputs(sessionId: string, since = 0): AsyncIterable<readonly SessionInput[]> {
    await LATER
    const found = this.sessions.get(sessionId)?.inputs.filter(({ seq }) => seq >= since) ?? []
    if (found.length > 0) yield found
  }

  async trades(sessionId: string): Promise<readonly unknown[]> {
    await LATER
    return [...(this.sessions.get(sessionId)?.trades ?? [])]
  }

  async marks(sessionId: string, since = -Infinity): Promise<SessionCommit['marks']> {
    await LATER
    const kept = [...(this.sessions.get(sessionId)?.marks ?? [])]
    const found = kept.filter(([time]) => time >= since)
    return found.map(([time, equity]) => ({ time, equity })).sort((a, b) => a.time - b.time)
  }

  async requested(requestId: string): Promise<SessionCommand | undefined> {
    return this.command(this.requests.get(requestId) ?? 0)
  }

  async lastInputs(
    ...[sessionId, kinds, limit]: Parameters<SessionRepository['lastInputs']>
  ): Promise<readonly SessionInput[]> {
    const found: SessionInput[] = []
    for await (const page of this.inputs(sessionId)) found.push(...page)
    return found.filter(({ kind }) => kinds.includes(kind)).slice(-limit)
  }

  async tradePage(
    sessionId: string,
    { before, limit }: Parameters<SessionRepository['tradePage']>[1],
  ): ReturnType<SessionRepository['tradePage']> {
    const all = (await this.trades(sessionId)).map((trade, number) => ({ number, trade }))
    return all.slice(0, before).slice(-limit).reverse()
  }

  async ask(
    asked: Parameters<SessionRepository['ask']>[0],
    requestId: string | null = null,
  ): Promise<number> {
    await LATER
    if (!this.sessions.has(asked.sessionId)) throw new Error(`foreign key: ${asked.sessionId}`)
    const known = requestId === null ? undefined : this.requests.get(requestId)
    if (known !== undefined) return known
    const id = this.asked.length + 1
    if (requestId !== null) this.requests.set(requestId, id)
    this.asked.push({ ...plain(asked), id, takenAt: null, outcome: null })
    return id
  }

  async waiting(sessionId: string): Promise<readonly SessionCommand[]> {
    await LATER
    return this.asked.filter(one => one.sessionId === sessionId && one.takenAt === null)
  }

  async command(id: number): Promise<SessionCommand | undefined> {
    await LATER
    return this.asked.find(one => one.id === id)
  }

  async commands(sessionId: string): Promise<readonly SessionCommand[]> {
    await LATER
    return this.asked.filter(one => one.sessionId === sessionId).reverse()
  }

  /** A session answers its own commands alone, each once. */
  private settle(sessionId: string, { id, outcome }: CommandAnswer, takenAt: number): void {
    const at = this.asked.findIndex(
      one => one.id === id && one.sessionId === sessionId && one.takenAt === null,
    )
    if (at >= 0) this.asked[at] = { ...this.asked[at]!, outcome, takenAt }
  }

  private taken(sessionId: string, fence: number): AppError {
    return sessionTaken(sessionId, fence, this.sessions.get(sessionId)?.record)
  }

  private own(sessionId: string, fence: number): Kept | undefined {
    const kept = this.sessions.get(sessionId)
    return kept?.record.state === 'running' && kept.record.fence === fence ? kept : undefined
  }
}

function refuseTwice(records: readonly { readonly seq: number }[]): void {
  for (let k = 1; k < records.length; k++) {
    const { seq } = records[k]!
    if (seq <= records[k - 1]!.seq) throw new Error(`duplicate key: number ${seq}`)
  }
}

/** Whether the last commit is given again, as it was. @throws where another stands in its place */
function isStored(
  { inputs: keptInputs, record, link }: Kept,
  { events, inputs }: SessionCommit,
): boolean {
  const [event, input] = [events.at(-1), inputs.at(-1)]
  const last = keptInputs.at(-1)?.seq ?? -1
  const isNew =
    (events[0]?.seq ?? Infinity) > record.lastEventSeq && (inputs[0]?.seq ?? Infinity) > last
  if (isNew) return false
  const isSame =
    (event === undefined || (event.seq === record.lastEventSeq && event.linkHash === link)) &&
    (input === undefined || input.seq === last)
  if (!isSame) throw broken(`session ${record.sessionId} has stored another commit`)
  return true
}

/** As a database gives it back. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
