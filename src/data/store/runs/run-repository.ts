import { AppError } from '../../../core/errors.js'
import type {
  RunPage,
  RunRecord,
  RunRepository,
  RunSummary,
} from '../../../core/ports/research/runs.js'
import { formatTime } from '../../../core/candles/time.js'
import type { Database, Row } from '../../postgres/session.js'
import { epochMillis } from '../../postgres/sql.js'
import { replacePositions } from './position-columns.js'
import { lockRun } from './run-lock.js'
import { decodeTrades, encodeTrades } from './stored-trades.js'
import { positionsOfTrades } from './trade-positions.js'

const SUMMARY = `run_id, extract(epoch from created_at) as created_at, strategy, symbol, timeframe,
  result_hash, curve_hash, metrics, warnings, trade_count`
const NEWEST_FIRST = 'order by runs.created_at desc, run_id'

/** Runs in either database. Trades are kept as compressed JSON: a run may have a hundred thousand. */
export function createRunRepository(database: Database): RunRepository {
  const readOne = async (
    where: string,
    params: readonly string[],
  ): Promise<RunRecord | undefined> => {
    const sql = `select ${SUMMARY}, manifest, encode(trades, 'base64') as trades from runs ${where}`
    const [row] = await database.query(sql, params)
    return row === undefined ? undefined : recordOf(row)
  }
  return {
    save: run => saveRun(database, run),
    get: runId => readOne('where run_id = $1', [runId]),
    page: query => readPage(database, query),
    latest: () => readOne(`${NEWEST_FIRST} limit 1`, []),
    list: async (limit = 100) =>
      (
        await database.query(`select ${SUMMARY} from runs ${NEWEST_FIRST} limit $1::bigint`, [
          limit,
        ])
      ).map(summaryOf),
  }
}

async function readPage(
  database: Database,
  { limit, after, strategy, symbol }: RunPage,
): Promise<readonly RunSummary[]> {
  const rows = await database.query(
    `select ${SUMMARY} from runs
     where strategy = coalesce($2, strategy) and symbol = coalesce($3, symbol)
       and ($4::text is null or runs.created_at < $4::text::timestamptz
         or runs.created_at = $4::text::timestamptz and run_id > $5::text)
     ${NEWEST_FIRST} limit $1::bigint`,
    [limit, strategy ?? null, symbol ?? null, after?.createdAt ?? null, after?.runId ?? null],
  )
  return rows.map(summaryOf)
}

async function saveRun(database: Database, run: RunRecord): Promise<void> {
  const compressing = encodeTrades(run.trades)
  // Meanwhile: another thread compresses.
  const positions = positionsOfTrades(run.trades, run)
  const trades = await compressing
  await database.transaction(async session => {
    await lockRun(session, run.runId)
    await session.query('delete from runs where run_id = $1', [run.runId])
    await session.query(
      `insert into runs (run_id, created_at, strategy, symbol, timeframe, result_hash, manifest,
         metrics, warnings, trade_count, trades, curve_hash)
       values ($1, $2::text::timestamptz, $3, $4, $5, $6, $7::text::jsonb, $8::text::jsonb,
         $9::text::jsonb, $10::bigint, decode($11::text, 'base64'), $12)`,
      [
        run.runId,
        run.createdAt,
        run.strategy,
        run.symbol,
        run.timeframe,
        run.resultHash,
        JSON.stringify(run.manifest),
        JSON.stringify(run.metrics),
        JSON.stringify(run.warnings),
        run.trades.length,
        trades,
        run.curveHash,
      ],
    )
    await replacePositions(session, run.runId, positions)
  })
}

function summaryOf(row: Row): RunSummary {
  return {
    runId: row['run_id']!,
    createdAt: formatTime(epochMillis(row['created_at']!)),
    strategy: row['strategy']!,
    symbol: row['symbol']!,
    timeframe: row['timeframe']!,
    resultHash: row['result_hash']!,
    curveHash: row['curve_hash'] ?? null,
    metrics: JSON.parse(row['metrics']!),
    warnings: textsOf(row),
    tradeCount: Number(row['trade_count']),
  }
}

async function recordOf(row: Row): Promise<RunRecord> {
  const { tradeCount, ...summary } = summaryOf(row)
  const trades = await decodeTrades(row['trades']!)
  if (trades === null) throw damaged(row, 'its trades are no list')
  if (trades.length !== tradeCount) {
    throw damaged(row, `${trades.length} trades are stored, ${tradeCount} are noted`)
  }
  return { ...summary, manifest: JSON.parse(row['manifest']!), trades }
}

function textsOf(row: Row): readonly string[] {
  const warnings: unknown = JSON.parse(row['warnings']!)
  if (isTexts(warnings)) return warnings
  throw damaged(row, 'its warnings are no list of texts')
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(text => typeof text === 'string')
}

function damaged(row: Row, problem: string): AppError {
  return new AppError('BAD_RECORD', `run ${row['run_id']} cannot be read: ${problem}`, {
    hint: 'it was damaged; run it again',
  })
}
