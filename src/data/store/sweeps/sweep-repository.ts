import type {
  EncodedTrials,
  SweepRecord,
  SweepRepository,
  TrialQuery,
  TrialRecord,
} from '../../../core/ports/research/sweeps.js'
import { formatTime } from '../../../core/candles/time.js'
import type { Database, Row, Session } from '../../postgres/session.js'
import { epochMillis, literal } from '../../postgres/sql.js'
import { decodeTrials, TRIAL_COLUMNS, TRIALS_IN, withoutNumbers } from './trial-rows.js'

const PAGE_ROWS = 5000
/** What a sweep that was killed has stored nobody wrote down, so it is counted. */
const STORED = 'select count(*) from trials where trials.sweep_id = sweeps.sweep_id'
const SWEEP = `select sweep_id, extract(epoch from created_at) as created_at, status, strategy, symbol,
  timeframe, objective, manifest,
  case status when 'running' then (${STORED}) else trials_total end as trials_total,
  case status when 'running' then (${STORED} and trials.status = 'failed') else trials_failed end
    as trials_failed,
  sweep_hash, seconds, candle_evaluations from sweeps`
const NEWEST_FIRST = 'order by sweeps.created_at desc, sweep_id'

/** Sweeps and their trials in either database. */
export function createSweepRepository(database: Database): SweepRepository {
  const read = async (rest: string, params: readonly (string | number)[]): Promise<SweepRecord[]> =>
    (await database.query(`${SWEEP} ${rest}`, params)).map(sweepOf)
  return {
    save: sweep => saveSweep(database, sweep),
    get: async sweepId => (await read('where sweep_id = $1', [sweepId]))[0],
    latest: async () => (await read(`${NEWEST_FIRST} limit 1`, []))[0],
    list: (limit = 100) => read(`${NEWEST_FIRST} limit $1::bigint`, [limit]),
    append: trials => appendTrials(database, trials),
    trials: (sweepId, query) => readTrials(database, sweepId, query),
  }
}

function sweepOf(row: Row): SweepRecord {
  return {
    sweepId: row['sweep_id']!,
    createdAt: formatTime(epochMillis(row['created_at']!)),
    status: row['status'] as SweepRecord['status'],
    strategy: row['strategy']!,
    symbol: row['symbol']!,
    timeframe: row['timeframe']!,
    objective: row['objective']!,
    manifest: JSON.parse(row['manifest']!),
    trialsTotal: Number(row['trials_total']),
    trialsFailed: Number(row['trials_failed']),
    sweepHash: row['sweep_hash'] ?? null,
    seconds: Number(row['seconds']),
    candleEvaluations: Number(row['candle_evaluations']),
  }
}

async function saveSweep(database: Database, sweep: SweepRecord): Promise<void> {
  await database.query(
    `insert into sweeps (sweep_id, created_at, status, strategy, symbol, timeframe, objective,
       manifest, trials_total, trials_failed, sweep_hash, seconds, candle_evaluations)
     values ($1, $2::text::timestamptz, $3, $4, $5, $6, $7, $8::text::jsonb, $9::bigint,
       $10::bigint, $11, $12::text::float8, $13::text::float8)
     on conflict (sweep_id) do update set created_at = excluded.created_at,
       status = excluded.status, strategy = excluded.strategy, symbol = excluded.symbol,
       timeframe = excluded.timeframe, objective = excluded.objective,
       manifest = excluded.manifest, trials_total = excluded.trials_total,
       trials_failed = excluded.trials_failed, sweep_hash = excluded.sweep_hash,
       seconds = excluded.seconds, candle_evaluations = excluded.candle_evaluations`,
    [
      sweep.sweepId,
      sweep.createdAt,
      sweep.status,
      sweep.strategy,
      sweep.symbol,
      sweep.timeframe,
      sweep.objective,
      JSON.stringify(sweep.manifest),
      sweep.trialsTotal,
      sweep.trialsFailed,
      sweep.sweepHash,
      String(sweep.seconds),
      String(sweep.candleEvaluations),
    ],
  )
}

/**
 * One writer of a sweep at a time, so that what stands already can be left out before the COPY.
 * A staging table would write every row twice.
 */
async function appendTrials(database: Database, trials: EncodedTrials): Promise<void> {
  const { sweepId } = trials
  if (trials.numbers.length === 0) return
  await database.transaction(async session => {
    const sweep = await session.query(
      'select 1 from sweeps where sweep_id = $1 for no key update',
      [sweepId],
    )
    if (sweep.length === 0) throw new Error(`there is no sweep ${sweepId} to add trials to`)
    const fresh = withoutNumbers(trials, await standingAmong(session, trials))
    if (fresh.numbers.length > 0) await session.copyIn(TRIALS_IN, [fresh.bytes])
  })
}

/** The numbers that stand already between the least and the greatest of these. */
async function standingAmong(
  session: Session,
  { sweepId, numbers }: EncodedTrials,
): Promise<ReadonlySet<number>> {
  let [least, most] = [numbers[0]!, numbers[0]!]
  for (const number of numbers) [least, most] = [Math.min(least, number), Math.max(most, number)]
  const rows = await session.query(
    `select number from trials
     where sweep_id = $1 and number between $2::bigint and $3::bigint`,
    [sweepId, least, most],
  )
  return new Set(rows.map(row => Number(row['number'])))
}

async function* readTrials(
  database: Database,
  sweepId: string,
  { order, limit = Infinity }: TrialQuery,
): AsyncIterable<readonly TrialRecord[]> {
  let left = limit
  for (const pageAfter of order === 'score' ? [scoredPage, unscoredPage] : [numberedPage]) {
    for (let last: TrialRecord | undefined, isMore = true; isMore && left > 0;) {
      const rows = Math.min(left, PAGE_ROWS)
      const page = await readPage(database, sweepId, `${pageAfter(last)} limit ${rows}`)
      if (page.length > 0) yield page
      last = page.at(-1)
      left -= page.length
      isMore = page.length === PAGE_ROWS
    }
  }
}

function numberedPage(last: TrialRecord | undefined): string {
  return `and number > ${last?.number ?? -1} order by sweep_id, number`
}

/** Each after `last` in the order of the index over scores. */
function scoredPage(last: TrialRecord | undefined): string {
  const after = last && `and (-score, number) > ('${-last.score!}'::float8, ${last.number})`
  return `and score is not null ${after ?? ''} order by sweep_id, (-score), number`
}

function unscoredPage(last: TrialRecord | undefined): string {
  return `and score is null ${numberedPage(last)}`
}

/** A page in its own transaction: an export may take as long as its reader likes. */
function readPage(database: Database, sweepId: string, rest: string): Promise<TrialRecord[]> {
  return database.transaction(async session => {
    // The planner knows little of a table that has just grown, and would sort all of it per page.
    await session.execute('set local enable_sort = off; set local enable_bitmapscan = off')
    const page = `select ${TRIAL_COLUMNS} from trials where sweep_id = ${literal(sweepId)} ${rest}`
    const chunks: Uint8Array[] = []
    for await (const chunk of session.copyOut(`copy (${page}) to stdout (format binary)`)) {
      chunks.push(chunk)
    }
    return decodeTrials(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks))
  })
}
