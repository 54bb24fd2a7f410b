import { formatTime } from '../../../core/candles/time.js'
import type {
  WalkForwardFigures,
  WalkForwardRecord,
  WalkForwardRepository,
} from '../../../core/ports/research/walk-forwards.js'
import type { Database, Row } from '../../postgres/session.js'
import { epochMillis } from '../../postgres/sql.js'

const RECORD = `select walk_forward_id, sweep_id, extract(epoch from created_at) as created_at,
  strategy, symbol, timeframe, execution_model, extract(epoch from from_time) as from_time,
  extract(epoch from to_time) as to_time, extract(epoch from test_from) as test_from, data_hash,
  figures from walk_forwards`

/** Walk-forwards in either database. */
export function createWalkForwardRepository(database: Database): WalkForwardRepository {
  return {
    save: async record => {
      await database.query(
        `insert into walk_forwards (walk_forward_id, sweep_id, created_at, strategy, symbol, timeframe,
           execution_model, from_time, to_time, test_from, data_hash, figures)
         values ($1, $2, $3::text::timestamptz, $4, $5, $6, $7::integer, $8::text::timestamptz,
           $9::text::timestamptz, $10::text::timestamptz, $11, $12::text::jsonb)
         on conflict (walk_forward_id) do update set created_at = excluded.created_at`,
        [
          record.walkForwardId,
          record.sweepId,
          formatTime(record.createdAt),
          record.strategy,
          record.symbol,
          record.timeframe,
          record.executionModel,
          formatTime(record.from),
          formatTime(record.to),
          formatTime(record.testFrom),
          record.dataHash,
          JSON.stringify(record.figures),
        ],
      )
    },
    list: async ({ strategy, symbol, timeframe }) =>
      (
        await database.query(
          `${RECORD} where strategy = $1 and symbol = $2 and timeframe = $3
           order by created_at desc, walk_forward_id`,
          [strategy, symbol, timeframe],
        )
      ).map(recordOf),
  }
}

function recordOf(row: Row): WalkForwardRecord {
  return {
    walkForwardId: row['walk_forward_id']!,
    sweepId: row['sweep_id']!,
    createdAt: epochMillis(row['created_at']!),
    strategy: row['strategy']!,
    symbol: row['symbol']!,
    timeframe: row['timeframe']!,
    executionModel: Number(row['execution_model']),
    from: epochMillis(row['from_time']!),
    to: epochMillis(row['to_time']!),
    testFrom: epochMillis(row['test_from']!),
    dataHash: row['data_hash']!,
    figures: JSON.parse(row['figures']!) as WalkForwardFigures,
  }
}
