import type { LedgerEntry, TrialLedger } from '../../../core/ports/research/ledger.js'
import { formatTime } from '../../../core/candles/time.js'
import type { Database, Row } from '../../postgres/session.js'
import { epochMillis } from '../../postgres/sql.js'

/**
 * Counts the trials of all sweeps and all single runs, whatever made them. There is no table of
 * counts that could fall behind or be left out: what is stored is what is counted.
 */
export function createTrialLedger(database: Database): TrialLedger {
  return {
    count: async filter => {
      const { where, params } = conditionsOf(filter)
      return (await database.query(countOf(where), params)).map(entryOf)
    },
  }
}

function conditionsOf(filter: Parameters<TrialLedger['count']>[0]): {
  where: string
  params: string[]
} {
  const wanted = [
    ['symbol', filter.symbol],
    ['timeframe', filter.timeframe],
    ['data_hash', filter.dataHash],
    ['strategy', filter.strategy],
  ].filter((pair): pair is [string, string] => pair[1] !== undefined)
  const terms = wanted.map(([column], k) => `and ${column} = $${k + 1}::text`)
  return { where: `where true ${terms.join(' ')}`, params: wanted.map(([, value]) => value) }
}

/**
 * A trial that was made twice counts once; it has failed where it never came to a result. The
 * variance is counted in decimals: the sum of doubles would depend on the order of the rows, which
 * is the database's own.
 */
function countOf(where: string): string {
  return `with every as (
      select symbol, timeframe, data_hash, strategy, run_id, status = 'failed' as failed, sharpe,
        created_at as made
      from (
        select trials.symbol, trials.timeframe, data_hash, trials.strategy, run_id, trials.status,
          sharpe, created_at
        from trials join sweeps using (sweep_id)
      ) as swept ${where}
      union all
      select symbol, timeframe, data_hash, strategy, run_id, false,
        (metrics->>'sharpe')::float8, created_at
      from (
        select runs.*, coalesce(manifest->'data'->>'hash', '') as data_hash from runs
      ) as single ${where}
    ), once as (
      select symbol, timeframe, data_hash, strategy, run_id, bool_and(failed) as failed,
        max(sharpe)::numeric as sharpe, min(made) as first, max(made) as last
      from every group by run_id, symbol, timeframe, data_hash, strategy
    )
    select symbol, timeframe, data_hash, strategy, count(*) as trials,
      count(*) filter (where failed) as failed, count(sharpe) as sharpes,
      var_samp(sharpe) as variance, extract(epoch from min(first)) as first,
      extract(epoch from max(last)) as last
    from once group by symbol, timeframe, data_hash, strategy
    order by symbol collate "C", timeframe collate "C", data_hash collate "C", strategy collate "C"`
}

function entryOf(row: Row): LedgerEntry {
  const variance = row['variance'] ?? null
  return {
    symbol: row['symbol']!,
    timeframe: row['timeframe']!,
    dataHash: row['data_hash']!,
    strategy: row['strategy']!,
    trials: Number(row['trials']),
    failed: Number(row['failed']),
    sharpes: Number(row['sharpes']),
    sharpeVariance: variance === null ? null : Number(variance),
    first: formatTime(epochMillis(row['first']!)),
    last: formatTime(epochMillis(row['last']!)),
  }
}
