import type { FillRecord, PositionRecord, PositionRepository } from '../../core/ports/positions.js'
import { formatTime } from '../../core/candles/time.js'
import type { Database, Row, Session } from '../postgres/session.js'
import { copyRows } from '../postgres/sql.js'
import { lockRun } from './run-lock.js'

const POSITION_COLUMNS = `id, symbol, entry_price, current_price, size, side, strategy, status,
  entry_time, last_update, pnl, stop_loss, trailing_stop, run_id, market, exit_time, exit_price,
  exit_reason`
const FILL_COLUMNS =
  'position_id, price, size, side, timestamp, fee, strategy, run_id, market, exit_reason'

/** Positions and their fills: the tables `positions` and `trades`, written from a run's events. */
export function createPositionRepository(database: Database): PositionRepository {
  return {
    save: (runId, positions) =>
      database.transaction(session => savePositions(session, runId, positions)),
    list: runId => listPositions(database, runId),
  }
}

async function savePositions(
  session: Session,
  runId: string,
  positions: readonly PositionRecord[],
): Promise<void> {
  await lockRun(session, runId)
  await session.query('delete from positions where run_id = $1', [runId])
  if (positions.length === 0) return
  const ids = await session.query(
    `select nextval(pg_get_serial_sequence('positions', 'id')) as id
     from generate_series(1, $1::bigint)`,
    [positions.length],
  )
  const idOf = (index: number): string => ids[index]!['id']!
  await session.copyIn(
    `copy positions (${POSITION_COLUMNS}) from stdin`,
    copyRows(positions.map((position, i) => positionFields(idOf(i), runId, position))),
  )
  await session.copyIn(
    `copy trades (${FILL_COLUMNS}) from stdin`,
    copyRows(
      positions.flatMap((position, i) =>
        position.fills.map(fill => fillFields(idOf(i), runId, position, fill)),
      ),
    ),
  )
}

function positionFields(id: string, runId: string, p: PositionRecord): (string | null)[] {
  return [
    id,
    p.symbol,
    p.entryPrice,
    p.currentPrice,
    p.size,
    p.side,
    p.strategy,
    p.status,
    formatTime(p.entryTime),
    formatTime(p.lastUpdate),
    p.pnl,
    p.stopLoss,
    p.trailingStop,
    runId,
    p.market,
    p.exitTime === null ? null : formatTime(p.exitTime),
    p.exitPrice,
    p.exitReason,
  ]
}

function fillFields(
  positionId: string,
  runId: string,
  position: PositionRecord,
  fill: FillRecord,
): (string | null)[] {
  return [
    positionId,
    fill.price,
    fill.size,
    fill.side,
    formatTime(fill.time),
    fill.fee,
    position.strategy,
    runId,
    position.market,
    fill.exitReason,
  ]
}

async function listPositions(database: Database, runId: string): Promise<PositionRecord[]> {
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

function millis(seconds: string): number {
  return Math.round(Number(seconds) * 1000)
}

function fillOf(row: Row): FillRecord {
  return {
    price: row['price']!,
    size: row['size']!,
    side: row['side'] as FillRecord['side'],
    time: millis(row['time']!),
    fee: row['fee']!,
    exitReason: row['exit_reason'] ?? null,
  }
}

function positionOf(row: Row, fills: readonly FillRecord[]): PositionRecord {
  const exitTime = row['exit_time'] ?? null
  return {
    symbol: row['symbol']!,
    market: row['market']!,
    strategy: row['strategy']!,
    side: row['side'] as PositionRecord['side'],
    status: row['status'] as PositionRecord['status'],
    size: row['size']!,
    entryPrice: row['entry_price']!,
    currentPrice: row['current_price']!,
    entryTime: millis(row['entry_time']!),
    lastUpdate: millis(row['last_update']!),
    pnl: row['pnl']!,
    stopLoss: row['stop_loss'] ?? null,
    trailingStop: row['trailing_stop'] ?? null,
    exitTime: exitTime === null ? null : millis(exitTime),
    exitPrice: row['exit_price'] ?? null,
    exitReason: row['exit_reason'] ?? null,
    fills,
  }
}
