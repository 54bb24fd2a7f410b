import { z } from 'zod'

const time = z.string().nullable()

/** A session as `assay status --json` has it. */
export const sessionSchema = z
  .strictObject({
    session_id: z.string(),
    mode: z.enum(['paper', 'live']),
    /** `running`, `gone` where nobody runs it though it has not ended, `finished`, `stopped`, `failed`. */
    state: z.string(),
    trading: z.enum(['active', 'reducing', 'halted']),
    symbols: z.array(z.string()),
    timeframe: z.string(),
    strategies: z.array(z.string()),
    feed: z.string(),
    /** The first of them; null for a session by flags alone. */
    promotion_id: z.string().nullable(),
    promotion_ids: z.array(z.string()),
    created_at: z.string(),
    candle_closed_at: time,
    equity: z.number().nullable(),
    feed_age_ms: z.number().nullable(),
    feed_stale: z.boolean(),
    open_positions: z.int(),
    open_orders: z.int(),
    unknown_orders: z.int(),
    last_event_seq: z.int(),
    reason: z.string().nullable(),
    result_hash: z.string().nullable(),
  })
  .meta({ id: 'Session' })

/** A position of a session. Prices in quote currency a base unit. */
export const positionSchema = z
  .strictObject({
    session_id: z.string(),
    symbol: z.string(),
    strategy: z.string(),
    quantity: z.number(),
    entry_price: z.number(),
    price: z.number(),
    unrealised: z.number(),
    stop: z.number().nullable(),
    target: z.number().nullable(),
    opened_at: z.string(),
  })
  .meta({ id: 'Position' })

/** An order that has not ended. */
export const orderSchema = z
  .strictObject({
    session_id: z.string(),
    id: z.string(),
    symbol: z.string(),
    strategy: z.string(),
    side: z.enum(['buy', 'sell']),
    kind: z.enum(['market', 'limit', 'stop']),
    state: z.string(),
    price: z.number().nullable(),
    size: z.number(),
  })
  .meta({ id: 'Order' })

/** A trade that closed. */
export const tradeSchema = z
  .looseObject({ session_id: z.string(), number: z.int() })
  .meta({ id: 'Trade' })

/** What was ordered of a session. */
export const commandSchema = z
  .strictObject({
    id: z.int(),
    session_id: z.string(),
    command: z.record(z.string(), z.unknown()),
    actor: z.string(),
    asked_at: z.string(),
    /** Null while it waits. */
    taken_at: time,
    /** `done`, or why it was not; null while it waits. */
    outcome: z.string().nullable(),
  })
  .meta({ id: 'Command' })
