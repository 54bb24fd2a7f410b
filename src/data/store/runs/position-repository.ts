import type {
  FillRecord,
  PositionRecord,
  PositionRepository,
} from '../../../core/ports/research/positions.js'
import type { Database, Row, Session } from '../../postgres/session.js'
import { epochMillis, epochMillisOrNull } from '../../postgres/sql.js'
import { replacePositions } from './position-columns.js'
import { lockRun } from './run-lock.js'

/** Positions and their fills, which the views `positions` and `trades` show as rows. */
export function createPositionRepository(database: Database): PositionRepository {
  return {
    save: (runId, positions) =>
      database.transaction(async session => {
        await lockRun(session, runId)
        await replacePositions(session, runId, positions)
      }),
    list: runId => listPositions(database, runId),
  }
}

/** The positions of a run, as the views show them. */
export async function listPositions(database: Session, runId: string): Promise<PositionRecord[]> {
  const positions = await database.query(
    `select id, symbol, entry_price, current_price, size, side, strategy, status, pnl, stop_loss,
       trailing_stop, market, exit_price, exit_reason, extract(epoch from entry_time) as entry_time,
       extract(epoch from last_update) as last_update, extract(epoch from exit_time) as exit_time
     from positions where run_id = $1 order by id`,
    [runId],
  )
  const fills = await database.query(
    `select position_id, price, size, side, extract(epoch from timestamp) as time, fee, exit_reason
     from trades where run_id = $1 order by position_id, id`,
    [runId],
  )
  const fillsOf = new Map<string, FillRecord[]>(positions.map(row => [row['id']!, []]))
  for (const fill of fills) fillsOf.get(fill['position_id']!)!.push(fillOf(fill))
  return positions.map(row => positionOf(row, fillsOf.get(row['id']!)!))
}

function fillOf(row: Row): FillRecord {
  return {
    price: row['price']!,
    size: row['size']!,
    side: row['side'] as FillRecord['side'],
    time: epochMillis(row['time']!),
    fee: row['fee']!,
    exitReason: row['exit_reason'] ?? null,
  }
}

function positionOf(row: Row, fills: readonly FillRecord[]): PositionRecord {
  return {
    symbol: row['symbol']!,
    market: row['market']!,
    strategy: row['strategy']!,
    side: row['side'] as PositionRecord['side'],
    status: row['status'] as PositionRecord['status'],
    size: row['size']!,
    entryPrice: row['entry_price']!,
    currentPrice: row['current_price']!,
    entryTime: epochMillis(row['entry_time']!),
    lastUpdate: epochMillis(row['last_update']!),
    pnl: row['pnl']!,
    stopLoss: row['stop_loss'] ?? null,
    trailingStop: row['trailing_stop'] ?? null,
    exitTime: epochMillisOrNull(row['exit_time']),
    exitPrice: row['exit_price'] ?? null,
    exitReason: row['exit_reason'] ?? null,
    fills,
  }
}
