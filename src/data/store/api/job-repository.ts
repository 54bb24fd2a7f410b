import { formatTime } from '../../../core/candles/time.js'
import {
  ENDED_STATES,
  type JobChange,
  type JobKind,
  type JobRecord,
  type JobRepository,
  type JobState,
} from '../../../core/ports/server/jobs.js'
import type { Database, Param, Row } from '../../postgres/session.js'
import { epochMillis, epochMillisOrNull } from '../../postgres/sql.js'

const LISTED = `job_id, kind, request, key_id, server_id, state, extract(epoch from created_at) as created_at,
  extract(epoch from started_at) as started_at, extract(epoch from ended_at) as ended_at, progress,
  problem`

/** Jobs of the API in either database. */
export function createJobRepository(database: Database): JobRepository {
  return {
    create: async job => {
      await database.query(
        `insert into jobs (job_id, kind, request, key_id, state, created_at, server_id)
         values ($1, $2, $3::text::jsonb, $4, $5, $6::text::timestamptz, $7)`,
        [
          job.jobId,
          job.kind,
          JSON.stringify(job.request),
          job.keyId,
          job.state,
          formatTime(job.createdAt),
          job.serverId,
        ],
      )
    },
    find: async jobId => {
      const [row] = await database.query(`select ${LISTED}, result from jobs where job_id = $1`, [
        jobId,
      ])
      return row && jobOf(row)
    },
    list: async ({ limit, before }) =>
      (
        await database.query(
          `select ${LISTED} from jobs
           where $2::text is null or number < (select number from jobs where job_id = $2::text)
           order by number desc limit $1::bigint`,
          [limit, before ?? null],
        )
      ).map(jobOf),
    change: async (jobId, from, change) => {
      const { texts, params } = assignmentsOf(change)
      const states = from.map(state => `'${state}'`).join(', ')
      const rows = await database.query(
        `update jobs set ${texts.join(', ')} where job_id = $1 and state in (${states}) returning 1`,
        [jobId, ...params],
      )
      return rows.length === 1
    },
    interrupt: async (at, problem) =>
      (
        await database.query(
          `update jobs set state = 'interrupted', ended_at = $1::text::timestamptz,
             problem = $2::text::jsonb
           where state not in (${ENDED_STATES.map(state => `'${state}'`).join(', ')})
             and not exists (select 1 from api_servers s where s.server_id = jobs.server_id)
           returning job_id`,
          [formatTime(at), JSON.stringify(problem)],
        )
      ).map(row => row['job_id']!),
  }
}

function assignmentsOf(change: JobChange): { texts: string[]; params: Param[] } {
  const texts: string[] = []
  const params: Param[] = []
  const set = (column: string, cast: string, value: string): void => {
    params.push(value)
    texts.push(`${column} = $${params.length + 1}${cast}`)
  }
  const { state, startedAt, endedAt, progress, result, problem } = change
  if (state !== undefined) set('state', '', state)
  if (typeof startedAt === 'number') set('started_at', '::text::timestamptz', formatTime(startedAt))
  if (typeof endedAt === 'number') set('ended_at', '::text::timestamptz', formatTime(endedAt))
  if (progress !== undefined) set('progress', '::text::jsonb', JSON.stringify(progress))
  if (result !== undefined) set('result', '::text::jsonb', JSON.stringify(result))
  if (problem !== undefined) set('problem', '::text::jsonb', JSON.stringify(problem))
  return { texts, params }
}

function jobOf(row: Row): JobRecord {
  const jsonOf = (name: string): unknown => {
    const text = row[name] ?? null
    return text === null ? null : JSON.parse(text)
  }
  return {
    jobId: row['job_id']!,
    kind: row['kind'] as JobKind,
    request: jsonOf('request'),
    keyId: row['key_id']!,
    serverId: row['server_id'] ?? null,
    state: row['state'] as JobState,
    createdAt: epochMillis(row['created_at']!),
    startedAt: epochMillisOrNull(row['started_at']),
    endedAt: epochMillisOrNull(row['ended_at']),
    progress: jsonOf('progress') as JobRecord['progress'],
    result: jsonOf('result'),
    problem: jsonOf('problem') as JobRecord['problem'],
  }
}
