import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { lockFolder } from '../../embedded/folder-lock.js'
import { overlay } from './coverage.js'
import { symbolOf } from '../../../core/candles/symbols.js'
import { AppError } from '../../../core/errors.js'
import { formatTime, formatTimeOrNull, type Millis } from '../../../core/candles/time.js'
import type { DataSetKey, DataSetName } from '../../../core/ports/market/candles.js'
import type { SwitchEvent } from '../../../core/ports/market/feed.js'
import type {
  Coverage,
  CoverageState,
  FetchNote,
  FetchNotes,
  FetchPath,
  RevisionNote,
} from '../../../core/ports/market/coverage.js'
import type {
  FetchRepository,
  Provenance,
  Revision,
  SourcePause,
} from '../../../core/ports/market/fetches.js'
import type { Database, Row, Session } from '../../postgres/session.js'
import { epochMillis } from '../../postgres/sql.js'
import { partsOf, WHERE_KEY } from './key-clause.js'

/**
 * What was asked of sources, in either database.
 * @param home where processes that share an embedded database meet
 */
export function createFetchRepository(database: Database, home?: string): FetchRepository {
  return {
    coverage: key => readCoverage(database, key),
    provenance: key => readProvenance(database, key),
    revisions: key => readRevisions(database, key),
    asked: () => readAsked(database),
    alone: (key, work) =>
      database.kind === 'postgres' || home === undefined
        ? workAlone(database, key, work)
        : workLocked(home, key, work),
    pauseOf: host => readPause(database, host),
    pause: (host, pause) => savePause(database, host, pause),
    noteSwitch: (name, event, at) => saveSwitch(database, name, event, at),
  }
}

/** Notes requests and what they brought, in the transaction that stores the candles. */
export async function saveFetches(
  session: Session,
  key: DataSetKey,
  { fetches, revisions }: FetchNotes,
): Promise<void> {
  await insertFetches(session, key, fetches)
  await insertRevisions(session, key, revisions)
  await saveCoverage(session, key, fetches)
}

/** Notes on a data set that is stored when it was fetched last. */
export async function saveFetched(
  session: Session,
  key: DataSetKey,
  { fetched }: FetchNotes,
): Promise<void> {
  await session.query(
    `update datasets set adapter = $4, fetched_at = $5::text::timestamptz where ${WHERE_KEY}`,
    [...partsOf(key), fetched.adapter, formatTime(fetched.at)],
  )
}

/** The rows of a list in one statement, whatever their number. */
async function insertAll(
  session: Session,
  key: DataSetKey,
  insert: string,
  rows: readonly object[],
): Promise<void> {
  if (rows.length === 0) return
  await session.query(insert, [...partsOf(key), JSON.stringify(rows)])
}

function insertFetches(session: Session, key: DataSetKey, fetches: readonly FetchNote[]) {
  const rows = fetches.map(note => ({
    ...note,
    since: formatTime(note.since),
    until: formatTime(note.until),
    requested_at: formatTime(note.requestedAt),
    source_time: formatTimeOrNull(note.sourceTime),
  }))
  return insertAll(
    session,
    key,
    `insert into fetches (symbol, timeframe, source, adapter, host, path, since, until,
       requested_at, source_time, checksum, etag, rows, notes)
     select $1::text, $2::text, $3::text, adapter, host, path, since, until,
       requested_at, source_time, checksum, etag, rows, notes
     from jsonb_to_recordset($4::text::jsonb) as note (adapter text, host text, path text,
       since timestamptz, until timestamptz, requested_at timestamptz, source_time timestamptz,
       checksum text, etag text, rows integer, notes jsonb)`,
    rows,
  )
}

function insertRevisions(session: Session, key: DataSetKey, revisions: readonly RevisionNote[]) {
  const rows = revisions.map(note => ({
    time: formatTime(note.time),
    before: note.before,
    after: note.after,
    applied: note.isApplied,
  }))
  return insertAll(
    session,
    key,
    `insert into revisions (symbol, timeframe, source, time, before, after, applied)
     select $1::text, $2::text, $3::text, time, before, after, applied
     from jsonb_to_recordset($4::text::jsonb)
       as note (time timestamptz, before text, after text, applied boolean)`,
    rows,
  )
}

async function saveCoverage(
  session: Session,
  key: DataSetKey,
  newer: readonly Coverage[],
): Promise<void> {
  if (newer.length === 0) return
  const rows = overlay(await readCoverage(session, key), newer).map(one => ({
    since: formatTime(one.since),
    until: formatTime(one.until),
    state: one.state,
    settled: one.isSettled,
    reason: one.reason,
  }))
  await session.query(`delete from coverage where ${WHERE_KEY}`, partsOf(key))
  await insertAll(
    session,
    key,
    `insert into coverage (symbol, timeframe, source, since, until, state, settled, reason)
     select $1::text, $2::text, $3::text, since, until, state, settled, reason
     from jsonb_to_recordset($4::text::jsonb) as one (since timestamptz, until timestamptz,
       state text, settled boolean, reason text)`,
    rows,
  )
}

async function readCoverage(session: Session, key: DataSetKey): Promise<readonly Coverage[]> {
  const rows = await session.query(
    `select extract(epoch from since) as since, extract(epoch from until) as until,
       state, settled, reason from coverage where ${WHERE_KEY} order by coverage.since`,
    partsOf(key),
  )
  return rows.map(row => ({
    since: epochMillis(row['since']!),
    until: epochMillis(row['until']!),
    state: row['state'] as CoverageState,
    isSettled: isTrue(row['settled']),
    reason: row['reason'] ?? null,
  }))
}

function isTrue(text: Row[string] | undefined): boolean {
  return text === 't' || text === 'true'
}

async function readProvenance(session: Session, key: DataSetKey): Promise<readonly Provenance[]> {
  const rows = await session.query(
    `select adapter, host, path, count(*) as requests, sum(rows) as rows,
       extract(epoch from min(requested_at)) as first, extract(epoch from max(requested_at)) as last
     from fetches where ${WHERE_KEY} group by adapter, host, path order by min(requested_at), adapter, host, path`,
    partsOf(key),
  )
  return rows.map(row => ({
    adapter: row['adapter']!,
    host: row['host']!,
    path: row['path'] as FetchPath,
    requests: Number(row['requests']),
    rows: Number(row['rows']),
    first: epochMillis(row['first']!),
    last: epochMillis(row['last']!),
  }))
}

async function readRevisions(session: Session, key: DataSetKey): Promise<readonly Revision[]> {
  const rows = await session.query(
    `select extract(epoch from time) as time, before, after, applied,
       extract(epoch from noticed_at) as noticed_at from revisions where ${WHERE_KEY} order by id`,
    partsOf(key),
  )
  return rows.map(row => ({
    time: epochMillis(row['time']!),
    before: row['before'] ?? null,
    after: row['after'] ?? null,
    isApplied: isTrue(row['applied']),
    noticedAt: epochMillis(row['noticed_at']!),
  }))
}

async function readAsked(session: Session): Promise<readonly DataSetKey[]> {
  const rows = await session.query(
    'select distinct symbol, timeframe, source from coverage order by symbol, timeframe, source',
  )
  return rows.map(row => ({
    symbol: row['symbol']!,
    timeframe: row['timeframe']!,
    source: row['source']!,
  }))
}

/** The one connection of an embedded database is not held while a source is asked: a file is. */
async function workLocked<T>(home: string, key: DataSetKey, work: () => Promise<T>): Promise<T> {
  const name = createHash('sha256').update(partsOf(key).join(' ')).digest('hex').slice(0, 16)
  const release = await lockFolder(join(home, `fetch-${name}.lock`), { waitMs: 0 }).catch(
    (error: AppError) => {
      throw error.code === 'DATABASE_BUSY' ? fetchBusy(key) : error
    },
  )
  try {
    return await work()
  } finally {
    release()
  }
}

async function workAlone<T>(
  database: Database,
  key: DataSetKey,
  work: () => Promise<T>,
): Promise<T> {
  return database.transaction(async session => {
    const [row] = await session.query(
      'select pg_try_advisory_xact_lock(hashtextextended($1::text, 7104926)) as free',
      [partsOf(key).join(' ')],
    )
    if (isTrue(row?.['free'])) return work()
    throw fetchBusy(key)
  })
}

function fetchBusy(key: DataSetKey): AppError {
  return new AppError(
    'FETCH_BUSY',
    `${symbolOf(key)} ${key.timeframe} is being fetched by another process`,
    { hint: 'wait for it, or fetch something else', data: { ...key } },
  )
}

async function readPause(session: Session, host: string): Promise<SourcePause | undefined> {
  const [row] = await session.query(
    'select extract(epoch from until) as until, reason from source_pauses where host = $1',
    [host],
  )
  return row === undefined
    ? undefined
    : { until: epochMillis(row['until']!), reason: row['reason']! }
}

async function savePause(session: Session, host: string, pause: SourcePause): Promise<void> {
  await session.query(
    `insert into source_pauses (host, until, reason) values ($1, $2::text::timestamptz, $3)
     on conflict (host) do update set until = excluded.until, reason = excluded.reason
     where source_pauses.until < excluded.until`,
    [host, formatTime(pause.until), pause.reason],
  )
}

async function saveSwitch(
  session: Session,
  { symbol, timeframe }: DataSetName,
  { from, to, since, reason, basis }: SwitchEvent,
  at: Millis,
): Promise<void> {
  await session.query(
    `insert into feed_switches
       (symbol, timeframe, from_source, to_source, since, reason, basis, noticed_at)
     values ($1, $2, $3, $4, $5::text::timestamptz, $6, $7::text::double precision, $8::text::timestamptz)`,
    [symbol, timeframe, from, to, formatTime(since), reason, String(basis), formatTime(at)],
  )
}
