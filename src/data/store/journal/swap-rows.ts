import { readUnits } from '../../../core/account/money.js'
import { isStanding } from '../../../core/ports/trading/journal-rules.js'
import type {
  IntentState,
  JournalledIntent,
  SwapAttempt,
  SwapFill,
  SwapIntent,
} from '../../../core/ports/trading/journal.js'
import type { Row, Session } from '../../postgres/session.js'

export const INTENT_COLUMNS = `order_id, session_id, wallet, symbol, side, gives_mint, takes_mint, amount,
  least, slippage_bps, extract(epoch from decided_at) * 1000 as decided_ms, state, reason`

/** An intent with all that came of it; `lock` holds its row until the transaction ends. */
export async function findIntent(
  session: Session,
  order: string,
  lock: 'for update' | '' = '',
): Promise<JournalledIntent | undefined> {
  const [row] = await session.query(
    `select ${INTENT_COLUMNS} from swap_intents where order_id = $1 ${lock}`,
    [order],
  )
  if (row === undefined) return undefined
  const attempts = await session.query(
    `select *, extract(epoch from prepared_at) * 1000 as prepared_ms from swap_attempts
     where order_id = $1 order by number`,
    [order],
  )
  const fills = await session.query(
    `select *, extract(epoch from time) * 1000 as time_ms from swap_fills
     where order_id = $1 order by number`,
    [order],
  )
  const made = attempts.map(attemptOf)
  const standing = new Set(made.filter(isStanding).map(({ number }) => number))
  return {
    intent: intentOf(row),
    state: row['state'] as IntentState,
    reason: row['reason'] ?? null,
    attempts: made,
    fills: fills.map(fillOf).filter(({ number }) => standing.has(number)),
  }
}

export function intentOf(row: Row): SwapIntent {
  return {
    order: row['order_id']!,
    session: row['session_id']!,
    wallet: row['wallet']!,
    symbol: row['symbol']!,
    side: row['side'] as SwapIntent['side'],
    givesMint: row['gives_mint']!,
    takesMint: row['takes_mint']!,
    amount: readUnits(row['amount']!),
    least: readUnits(row['least']!),
    slippageBps: Number(row['slippage_bps']),
    decidedAt: Math.round(Number(row['decided_ms'])),
  }
}

export function attemptOf(row: Row): SwapAttempt {
  return {
    order: row['order_id']!,
    number: Number(row['number']),
    state: row['state'] as SwapAttempt['state'],
    signature: row['signature']!,
    bytes: row['bytes']!,
    blockhash: row['blockhash']!,
    lastValidHeight: Number(row['last_valid_height']),
    quote: JSON.parse(row['quote']!) as unknown,
    amount: readUnits(row['amount']!),
    least: readUnits(row['least']!),
    reason: row['reason'] ?? null,
    burnt: readUnits(row['burnt']!),
    preparedAt: Math.round(Number(row['prepared_ms'])),
  }
}

function fillOf(row: Row): SwapFill {
  return {
    order: row['order_id']!,
    number: Number(row['number']),
    signature: row['signature']!,
    given: readUnits(row['given']!),
    taken: readUnits(row['taken']!),
    fee: readUnits(row['fee']!),
    rent: BigInt(row['rent']!),
    slot: Number(row['slot']),
    time: Math.round(Number(row['time_ms'])),
  }
}
