import { z } from 'zod'
import { EXIT_REASONS, type Trade } from '../../core/account/trade.js'
import { parseIso } from '../../core/candles/time.js'
import type { RunRecord } from '../../core/ports/research/runs.js'
import { readStored } from './stored-manifest.js'

/** A trade of a stored run; that of a portfolio has its symbol. */
export interface StoredTrade extends Trade {
  readonly symbol?: string
}

const tag = z.string().nullable().default(null)
const time = z.iso.datetime().transform(parseIso)

const fillSchema = z.looseObject({
  time,
  side: z.enum(['buy', 'sell']),
  size: z.number(),
  price: z.number(),
  fee: z.number(),
  reason: z.enum(EXIT_REASONS),
  tag,
})

/** A trade as `tradeJson` wrote it; older ones have no tags, parts and fills. */
const tradeSchema = z
  .looseObject({
    symbol: z.string().optional(),
    strategy: z.string(),
    side: z.enum(['long', 'short']),
    entry_time: time,
    exit_time: time,
    entry_price: z.number(),
    exit_price: z.number(),
    size: z.number().gt(0),
    pnl: z.number(),
    fees: z.number(),
    tx_costs: z.number(),
    slippage: z.number(),
    return: z.number(),
    candles: z.int(),
    mae: z.number(),
    mfe: z.number(),
    exit_reason: z.enum(EXIT_REASONS),
    ambiguous: z.boolean(),
    entry_tag: tag,
    exit_tag: tag,
    parts: z.int().min(1).default(1),
    fills: z.array(fillSchema).default([]),
  })
  .transform((stored): StoredTrade => ({
    ...(stored.symbol !== undefined && { symbol: stored.symbol }),
    strategy: stored.strategy,
    side: stored.side,
    entryTime: stored.entry_time,
    exitTime: stored.exit_time,
    entryPrice: stored.entry_price,
    exitPrice: stored.exit_price,
    size: stored.size,
    pnl: stored.pnl,
    fees: stored.fees,
    txCosts: stored.tx_costs,
    slippage: stored.slippage,
    return: stored.return,
    candles: stored.candles,
    mae: stored.mae,
    mfe: stored.mfe,
    exitReason: stored.exit_reason,
    ambiguous: stored.ambiguous,
    entryTag: stored.entry_tag,
    exitTag: stored.exit_tag,
    parts: stored.parts,
    fills: stored.fills,
  }))

/** The trades of a stored run; older ones are without their fills. @throws AppError BAD_RECORD */
export function tradesOfRun({ runId, trades }: Pick<RunRecord, 'runId' | 'trades'>): StoredTrade[] {
  return trades.map((trade, k) => readStored(tradeSchema, trade, `trade ${k + 1} of run ${runId}`))
}

const metricsSchema = z.record(z.string(), z.number().nullable())

/** The metrics of a stored run by their names, null where one is undefined. @throws AppError BAD_RECORD */
export function metricsOfRun({
  runId,
  metrics,
}: Pick<RunRecord, 'runId' | 'metrics'>): Readonly<Record<string, number | null>> {
  return readStored(metricsSchema, metrics, `the metrics of run ${runId}`)
}
