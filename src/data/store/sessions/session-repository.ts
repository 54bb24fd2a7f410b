import type {
  NewSession,
  SessionCommit,
  SessionInput,
  SessionRecord,
  SessionRepository,
  SessionStatus,
  StoredSession,
} from '../../../core/ports/trading/sessions.js'
import { formatTime, type Millis } from '../../../core/candles/time.js'
import { broken } from '../../../core/assert.js'
import { sessionTaken } from '../../../core/ports/trading/session-loss.js'
import type { Database, Row } from '../../postgres/session.js'
import { epochMillis } from '../../postgres/sql.js'
import { eventPages, numberedPages } from '../../postgres/numbered-pages.js'
import { commandQueue } from './session-commands.js'
import { inputOf, sessionRecords } from './session-records.js'

const NEWEST_FIRST = 'order by created_at desc, session_id'
const RECORD = `select session_id, mode, state, extract(epoch from created_at) as created_at,
  symbols, timeframe, strategies, feed, promotion_id, manifest, extract(epoch from beat_at) as beat_at,
  fence, status, last_event_seq, reason, result_hash`

/** Sessions in either database. */
export function createSessionRepository(database: Database): SessionRepository {
  return {
    create: session => createSession(database, session),
    find: sessionId => findSession(database, sessionId),
    list: async (limit = 100, state) =>
      (
        await database.query(
          `${RECORD} from sessions where state = coalesce($2, state) ${NEWEST_FIRST} limit $1::bigint`,
          [limit, state ?? null],
        )
      ).map(recordOf),
    takeOver: (sessionId, before, now) => takeOver(database, sessionId, before, now),
    beat: async (sessionId, fence, now) =>
      (
        await database.query(
          `update sessions set beat_at = $3::text::timestamptz
           where session_id = $1 and fence = $2::bigint and state = 'running' returning 1`,
          [sessionId, fence, formatTime(now)],
        )
      ).length === 1,
    commit: (sessionId, fence, now, commit) =>
      commitTo(database, { sessionId, fence, now }, commit),
    end: (sessionId, fence, end) => endSession(database, sessionId, fence, end),
    events: (sessionId, since = 0) =>
      eventPages(database, { table: 'session_events', owner: owner(sessionId) }, since),
    inputs: (sessionId, since = 0) => readInputs(database, sessionId, since),
    ...sessionRecords(database),
    ...commandQueue(database),
  }
}

async function findSession(
  database: Database,
  sessionId: string,
): Promise<StoredSession | undefined> {
  const [row] = await database.query(
    `${RECORD}, last_input_seq, link, snapshot from sessions where session_id = $1`,
    [sessionId],
  )
  return row && storedOf(row)
}

async function createSession(database: Database, session: NewSession): Promise<void> {
  const { sessionId, mode, createdAt, symbols, timeframe, strategies, feed } = session
  const at = formatTime(createdAt)
  await database.query(
    `insert into sessions (session_id, mode, state, created_at, symbols, timeframe, strategies, feed,
       promotion_id, manifest, beat_at, fence)
     values ($1, $2, 'running', $3::text::timestamptz, $4::text::jsonb, $5, $6::text::jsonb, $7, $8,
       $9::text::jsonb, $3::text::timestamptz, 1)`,
    [
      sessionId,
      mode,
      at,
      JSON.stringify(symbols),
      timeframe,
      JSON.stringify(strategies),
      feed,
      session.promotionId,
      JSON.stringify(session.manifest),
    ],
  )
}

async function takeOver(
  database: Database,
  sessionId: string,
  before: Millis,
  now: Millis,
): Promise<number | null> {
  const [row] = await database.query(
    `update sessions set fence = fence + 1, beat_at = $3::text::timestamptz
     where session_id = $1 and state = 'running' and beat_at < $2::text::timestamptz
     returning fence`,
    [sessionId, formatTime(before), formatTime(now)],
  )
  return row === undefined ? null : Number(row['fence'])
}

interface Place {
  readonly sessionId: string
  readonly fence: number
  readonly now: Millis
}

/** Above every number. */
const NO_NUMBER = '9223372036854775807'

/**
 * One statement, so that it is stored whole or not at all, and only by the runner that holds the fence.
 * Numbers go on from those that stand: the same commit again, or a late one, finds no row of its own.
 */
const COMMIT = `
with mine as (
  update sessions set beat_at = $3::text::timestamptz, status = $4::text::jsonb,
    last_event_seq = greatest(last_event_seq, $5::bigint), last_input_seq = greatest(last_input_seq, $6::bigint),
    link = coalesce($7, link), snapshot = coalesce($8::text::jsonb, snapshot)
  where session_id = $1 and fence = $2::bigint and state = 'running'
    and last_event_seq < $14::bigint and last_input_seq < $15::bigint returning session_id),
events as (
  insert into session_events (session_id, seq, time, type, payload, link_hash)
  select session_id, seq, time, type, payload, link_hash
  from mine, jsonb_to_recordset($9::text::jsonb) as e(seq bigint, time timestamptz, type text, payload jsonb, link_hash text)),
inputs as (
  insert into session_inputs (session_id, seq, time, kind, payload)
  select session_id, seq, time, kind, payload
  from mine, jsonb_to_recordset($10::text::jsonb) as i(seq bigint, time timestamptz, kind text, payload jsonb)),
trades as (
  insert into session_trades (session_id, trade)
  select session_id, trade from mine, jsonb_array_elements($11::text::jsonb) with ordinality as t(trade, n) order by n),
marks as (
  insert into session_marks (session_id, time, equity)
  select session_id, time, equity
  from mine, jsonb_to_recordset($12::text::jsonb) as m(time timestamptz, equity double precision)
  on conflict (session_id, time) do update set equity = excluded.equity),
answers as (
  update session_commands c set outcome = a.outcome, taken_at = $3::text::timestamptz
  from mine, jsonb_to_recordset($13::text::jsonb) as a(id bigint, outcome text)
  where c.id = a.id and c.session_id = mine.session_id and c.taken_at is null)
select session_id from mine`

async function commitTo(
  database: Database,
  { sessionId, fence, now }: Place,
  commit: SessionCommit,
): Promise<void> {
  const { events, inputs, trades, marks, snapshot, status, answers } = commit
  const taken = await database.query(COMMIT, [
    sessionId,
    fence,
    formatTime(now),
    JSON.stringify(status),
    events[events.length - 1]?.seq ?? -1,
    inputs[inputs.length - 1]?.seq ?? -1,
    events.findLast(({ linkHash }) => linkHash !== null)?.linkHash ?? null,
    snapshot === null ? null : JSON.stringify(snapshot),
    JSON.stringify(
      events.map(({ linkHash, time, ...event }) => ({
        ...event,
        time: formatTime(time),
        link_hash: linkHash,
      })),
    ),
    JSON.stringify(inputs.map(input => ({ ...input, time: formatTime(input.time) }))),
    JSON.stringify(trades),
    JSON.stringify(marks.map(({ time, equity }) => ({ time: formatTime(time), equity }))),
    JSON.stringify(answers),
    events[0]?.seq ?? NO_NUMBER,
    inputs[0]?.seq ?? NO_NUMBER,
  ])
  if (taken.length === 0) await requireStored(database, { sessionId, fence }, commit)
}

/** A commit of this runner that found no row stands already, as it is. @throws AppError SESSION_TAKEN */
async function requireStored(
  database: Database,
  { sessionId, fence }: Pick<Place, 'sessionId' | 'fence'>,
  { events, inputs }: SessionCommit,
): Promise<void> {
  const stored = await findSession(database, sessionId)
  if (stored?.record.state !== 'running' || stored.record.fence !== fence) {
    throw sessionTaken(sessionId, fence, stored?.record)
  }
  const [event, input] = [events[events.length - 1], inputs[inputs.length - 1]]
  const isSame =
    (event === undefined ||
      (event.seq === stored.record.lastEventSeq && event.linkHash === stored.link)) &&
    (input === undefined || input.seq === stored.inputSeq)
  if (!isSame) throw broken(`session ${sessionId} has stored another commit of its runner ${fence}`)
}

async function endSession(
  database: Database,
  sessionId: string,
  fence: number,
  { state, reason, resultHash }: Parameters<SessionRepository['end']>[2],
): Promise<void> {
  const ended = await database.query(
    `update sessions set state = $3, reason = $4, result_hash = $5
     where session_id = $1 and fence = $2::bigint and state = 'running' returning 1`,
    [sessionId, fence, state, reason, resultHash],
  )
  if (ended.length > 0) return
  const record = (await findSession(database, sessionId))?.record
  const isOwn = record?.fence === fence && record.state === state && record.reason === reason
  if (!isOwn) throw sessionTaken(sessionId, fence, record)
}

function owner(sessionId: string): readonly [string, string] {
  return ['session_id', sessionId]
}

async function* readInputs(
  database: Database,
  sessionId: string,
  since: number,
): AsyncIterable<readonly SessionInput[]> {
  const inputs = { table: 'session_inputs', columns: 'kind, payload', owner: owner(sessionId) }
  for await (const rows of numberedPages(database, inputs, since)) {
    yield rows.map(inputOf)
  }
}

function storedOf(row: Row): StoredSession {
  return {
    record: recordOf(row),
    snapshot: jsonOf(row['snapshot']),
    inputSeq: Number(row['last_input_seq']),
    link: row['link']!,
  }
}

function recordOf(row: Row): SessionRecord {
  return {
    sessionId: row['session_id']!,
    mode: row['mode'] as SessionRecord['mode'],
    state: row['state'] as SessionRecord['state'],
    createdAt: epochMillis(row['created_at']!),
    symbols: JSON.parse(row['symbols']!) as string[],
    timeframe: row['timeframe']!,
    strategies: JSON.parse(row['strategies']!) as string[],
    feed: row['feed']!,
    promotionId: row['promotion_id'] ?? null,
    manifest: jsonOf(row['manifest']),
    beatAt: epochMillis(row['beat_at']!),
    fence: Number(row['fence']),
    status: jsonOf(row['status']) as SessionStatus | null,
    lastEventSeq: Number(row['last_event_seq']),
    reason: row['reason'] ?? null,
    resultHash: row['result_hash'] ?? null,
  }
}

function jsonOf(text: string | null | undefined): unknown {
  return text === null || text === undefined ? null : JSON.parse(text)
}
