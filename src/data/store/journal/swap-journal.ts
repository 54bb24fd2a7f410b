import { broken } from '../../../core/assert.js'
import { formatTime } from '../../../core/candles/time.js'
import { canEnd, canMove, isSameIntent } from '../../../core/ports/trading/journal-rules.js'
import type {
  AttemptKey,
  AttemptState,
  JournalledIntent,
  SwapAttempt,
  SwapFill,
  SwapIntent,
  SwapJournal,
} from '../../../core/ports/trading/journal.js'
import type { Database, Param, Row, Session } from '../../postgres/session.js'
import { attemptOf, findIntent, INTENT_COLUMNS, intentOf } from './swap-rows.js'

const OPEN = "state in ('prepared', 'sent')"

/** The journal of swaps in either database. Every write is committed when it returns. */
export function createSwapJournal(database: Database): SwapJournal {
  return {
    open: intent => database.transaction(session => openIntent(session, intent)),
    prepare: attempt => database.transaction(session => prepare(session, attempt)),
    move: (key, from, to, reason) => move(database, key, [from, to, reason ?? null]),
    fail: (key, reason, burnt) =>
      changed(
        database,
        `update swap_attempts set state = 'failed', reason = $3, burnt = $4::text::numeric
         where order_id = $1 and number = $2::text::integer and ${OPEN} returning 1`,
        [key.order, String(key.number), reason, String(burnt)],
      ),
    fill: fill => database.transaction(session => book(session, fill)),
    end: (order, state, reason) =>
      database.transaction(async session => {
        const known = await findIntent(session, order, 'for update')
        if (known === undefined) throw broken(`order ${order} is not in the journal`)
        if (known.state !== 'open') return
        if (!canEnd(known.attempts, state)) throw broken(`order ${order} cannot end as ${state}`)
        await session.query('update swap_intents set state = $2, reason = $3 where order_id = $1', [
          order,
          state,
          reason,
        ])
      }),
    unfinished: async session => {
      const rows = await database.query(
        `select order_id from swap_intents where session_id = $1 and state = 'open' order by opened`,
        [session],
      )
      const found = await Promise.all(rows.map(row => findIntent(database, row['order_id']!)))
      return found.map(known => known!)
    },
    provisional: async session => {
      const rows = await database.query(
        `select swap_attempts.*, extract(epoch from prepared_at) * 1000 as prepared_ms
         from swap_attempts join swap_intents using (order_id)
         where swap_attempts.state = 'confirmed' and session_id = $1 order by opened, number`,
        [session],
      )
      return rows.map(attemptOf)
    },
    ofWallet: async wallet => {
      const rows = await database.query(
        'select order_id from swap_intents where wallet = $1 order by opened',
        [wallet],
      )
      const found: JournalledIntent[] = []
      for (const row of rows) found.push((await findIntent(database, row['order_id']!))!)
      return found
    },
    find: order => findIntent(database, order),
  }
}

async function openIntent(session: Session, intent: SwapIntent): Promise<void> {
  await session.query(
    `insert into swap_intents (order_id, session_id, wallet, symbol, side, gives_mint, takes_mint,
       amount, least, slippage_bps, decided_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8::text::numeric, $9::text::numeric, $10::text::integer,
       $11::text::timestamptz)
     on conflict do nothing`,
    [
      intent.order,
      intent.session,
      intent.wallet,
      intent.symbol,
      intent.side,
      intent.givesMint,
      intent.takesMint,
      String(intent.amount),
      String(intent.least),
      String(intent.slippageBps),
      formatTime(intent.decidedAt),
    ],
  )
  const [row] = await session.query(
    `select ${INTENT_COLUMNS} from swap_intents where order_id = $1`,
    [intent.order],
  )
  if (isSameIntent(intentOf(row!), intent)) return
  throw broken(`order ${intent.order} stands in the journal otherwise`)
}

/** The intent is held, so that two that prepare for it come one after the other. */
async function prepare(session: Session, attempt: SwapAttempt): Promise<boolean> {
  const known = await findIntent(session, attempt.order, 'for update')
  if (known === undefined) throw broken(`order ${attempt.order} is not in the journal`)
  const mayFollow = known.attempts.every(
    ({ state, number }) =>
      number !== attempt.number &&
      (state === 'failed' || state === 'expired' || state === 'abandoned'),
  )
  if (known.state !== 'open' || !mayFollow) return false
  // What another wallet's or writer's open attempt forbids is no error: nothing is inserted.
  return changed(
    session,
    `insert into swap_attempts (order_id, number, wallet, state, signature, bytes, blockhash,
       last_valid_height, quote, amount, least, prepared_at)
     select $1, $2::text::integer, $3, 'prepared', $4, $5, $6, $7::text::bigint, $8::text::jsonb,
       $9::text::numeric, $10::text::numeric, $11::text::timestamptz
     on conflict do nothing returning 1`,
    [
      attempt.order,
      String(attempt.number),
      known.intent.wallet,
      attempt.signature,
      attempt.bytes,
      attempt.blockhash,
      String(attempt.lastValidHeight),
      JSON.stringify(attempt.quote),
      String(attempt.amount),
      String(attempt.least),
      formatTime(attempt.preparedAt),
    ],
  )
}

function move(
  session: Session,
  { order, number }: AttemptKey,
  [from, to, reason]: readonly [AttemptState, AttemptState, string | null],
): Promise<boolean> {
  if (!canMove(from, to)) throw broken(`an attempt cannot go from ${from} to ${to}`)
  return changed(
    session,
    `update swap_attempts set state = $4, reason = $5
     where order_id = $1 and number = $2::text::integer and state = $3 returning 1`,
    [order, String(number), from, to, reason],
  )
}

async function book(session: Session, fill: SwapFill): Promise<boolean> {
  const key = [fill.order, String(fill.number)]
  const isOpen = await changed(
    session,
    `update swap_attempts set state = 'confirmed'
     where order_id = $1 and number = $2::text::integer and ${OPEN} returning 1`,
    key,
  )
  if (!isOpen) return false
  await session.query(
    `insert into swap_fills (order_id, number, signature, given, taken, fee, rent, slot, time)
     values ($1, $2::text::integer, $3, $4::text::numeric, $5::text::numeric, $6::text::numeric,
       $7::text::numeric, $8::text::bigint, $9::text::timestamptz)`,
    [
      ...key,
      fill.signature,
      String(fill.given),
      String(fill.taken),
      String(fill.fee),
      String(fill.rent),
      String(fill.slot),
      formatTime(fill.time),
    ],
  )
  return true
}

async function changed(session: Session, sql: string, params: readonly Param[]): Promise<boolean> {
  const rows: readonly Row[] = await session.query(sql, params)
  return rows.length === 1
}
