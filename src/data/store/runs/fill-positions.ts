import type { Session } from '../../postgres/session.js'
import { replacePositions } from './position-columns.js'
import { listPositions } from './position-repository.js'
import { decodeTrades } from './stored-trades.js'
import { positionsOfTrades } from './trade-positions.js'

/**
 * Fills the positions of runs that were stored before: from the rows that a run with events has, which
 * know its stops and what stayed open, or from its trades.
 */
export async function fillPositions(session: Session): Promise<void> {
  const runs = await session.query('select run_id, symbol from runs order by run_id')
  for (const { run_id: runId, symbol } of runs) {
    const rows = await listPositions(session, runId!)
    const positions = rows.length > 0 ? rows : await closedPositions(session, runId!, symbol!)
    await replacePositions(session, runId!, positions)
  }
  await session.execute(
    'delete from live_trades where run_id is not null; delete from live_positions where run_id is not null',
  )
}

async function closedPositions(session: Session, runId: string, symbol: string) {
  const [row] = await session.query(
    `select encode(trades, 'base64') as trades from runs where run_id = $1`,
    [runId],
  )
  return positionsOfTrades((await decodeTrades(row!['trades']!)) ?? [], { symbol })
}
