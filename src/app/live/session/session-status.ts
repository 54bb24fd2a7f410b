import { snakeKeys } from '../../../core/canonical.js'
import { formatTime, formatTimeOrNull, type Millis } from '../../../core/candles/time.js'
import { formatFixed } from '../../../core/number-format.js'
import type {
  HeldPosition,
  OpenOrder,
  SessionRecord,
} from '../../../core/ports/trading/sessions.js'
import { table } from '../../../core/text-table.js'
import { textOption, isOn, type Optional } from '../../options/options.js'
import type { Workspace } from '../../workspace/compose.js'
import type { Shown } from '../../output/output.js'
import { nextLine } from '../../output/next-line.js'
import { promotionsOf } from '../promotion/session-promotion.js'
import { ofText } from './session-text.js'
import { findSession, standingOf } from './session-lookup.js'

/** Which sessions are shown. */
export type StatusOptions = Optional<{
  /** One alone, whatever its state. */
  session: string
  /** Those that have ended too. */
  all: boolean
}>

/** Sessions that run, or those asked for. @throws AppError UNKNOWN_SESSION */
export async function sessionsMeant(
  workspace: Workspace,
  options: StatusOptions,
): Promise<readonly SessionRecord[]> {
  const store = await workspace.sessions()
  const reference = textOption(options, 'session')
  if (reference !== undefined) return [(await findSession(store, reference)).record]
  return store.list(1000, isOn(options, 'all') ? undefined : 'running')
}

/** How sessions stand: what an operator looks at first. */
export async function sessionStatus(
  workspace: Workspace,
  options: StatusOptions,
  now: Millis = Date.now(),
): Promise<Shown> {
  const records = await sessionsMeant(workspace, options)
  return {
    text: records.length === 0 ? noneText() : statusText(records, now),
    json: { sessions: records.map(record => statusJson(record, now)) },
  }
}

/** A session as `status --json` shows it. */
export function statusJson(record: SessionRecord, now: Millis): Record<string, unknown> {
  const { status } = record
  const orders = status?.orders ?? []
  return {
    session_id: record.sessionId,
    mode: record.mode,
    state: standingOf(record, now),
    trading: status?.trading ?? 'active',
    symbols: record.symbols,
    timeframe: record.timeframe,
    strategies: record.strategies,
    feed: record.feed,
    promotion_id: record.promotionId,
    promotion_ids: promotionsOf(record).map(({ promotionId }) => promotionId),
    created_at: formatTime(record.createdAt),
    candle_closed_at: formatTimeOrNull(status?.time),
    equity: status?.equity ?? null,
    feed_age_ms: feedAge(record, now),
    feed_stale: status?.isStale ?? false,
    open_positions: status?.positions.length ?? 0,
    open_orders: orders.length,
    unknown_orders: orders.filter(({ state }) => state === 'unknown').length,
    last_event_seq: record.lastEventSeq,
    reason: record.reason,
    result_hash: record.resultHash,
  }
}

/** How long ago the feed brought something; null for stored candles, whose time is not ours. */
export function feedAge({ feed, status }: SessionRecord, now: Millis): number | null {
  const fedAt = status?.fedAt ?? null
  return feed === 'replay' || fedAt === null ? null : Math.max(0, now - fedAt)
}

function noneText(): string {
  return `no session is running\n${nextLine('assay paper STRATEGY --symbol SOL-USDC --timeframe 1m', 'or assay sessions list')}`
}

function statusText(records: readonly SessionRecord[], now: Millis): string {
  const rows = records.map(record => {
    const json = statusJson(record, now)
    return [
      record.sessionId.slice(0, 12),
      record.mode,
      String(json['state']),
      String(json['trading']),
      ofText(record),
      json['equity'] === null ? '-' : formatFixed(Number(json['equity']), 2),
      ageText(json['feed_age_ms']),
      String(json['open_positions']),
      String(json['open_orders']),
    ]
  })
  const heads = ['session', 'mode', 'state', 'trading', 'of', 'equity', 'fed', 'pos', 'ord']
  return `${table(heads, rows)}\n\n${nextLine(`assay positions --session ${records[0]!.sessionId}`)}`
}

function ageText(age: unknown): string {
  return age === null ? '-' : spanText(Number(age))
}

/** A length of time for people, in the unit that says it best. */
export function spanText(ms: Millis): string {
  const seconds = Math.max(0, ms) / 1000
  if (seconds < 120) return `${seconds.toFixed(0)} s`
  if (seconds < 7200) return `${(seconds / 60).toFixed(0)} min`
  return seconds < 172_800
    ? `${(seconds / 3600).toFixed(0)} h`
    : `${(seconds / 86_400).toFixed(0)} days`
}

/** Positions of a session as `positions --json` shows them. */
export function positionsJson({ sessionId, status }: SessionRecord): Record<string, unknown>[] {
  return (status?.positions ?? []).map(({ openedAt, ...rest }) => ({
    ...(snakeKeys({ sessionId, ...rest }) as object),
    opened_at: formatTime(openedAt),
  }))
}

/** Open orders of a session as `orders --json` shows them. */
export function ordersJson({ sessionId, status }: SessionRecord): Record<string, unknown>[] {
  return (status?.orders ?? []).map(
    order => snakeKeys({ sessionId, ...order }) as Record<string, unknown>,
  )
}

/** Positions of sessions, each with its stop. */
export async function sessionPositions(
  workspace: Workspace,
  options: StatusOptions,
): Promise<Shown> {
  const records = await sessionsMeant(workspace, options)
  const held = records.flatMap(({ sessionId, status }) =>
    (status?.positions ?? []).map(position => ({ sessionId, ...position })),
  )
  const json = records.flatMap(positionsJson)
  if (held.length === 0)
    return { text: `no position is open\n${nextLine('assay status')}`, json: { positions: json } }
  const rows = held.map(one => [one.sessionId.slice(0, 12), ...positionRow(one)])
  return {
    text: `${table(['session', ...POSITION_HEADS], rows)}\n\n${nextLine(`assay flatten --session ${held[0]!.sessionId}`, 'leave them')}`,
    json: { positions: json },
  }
}

/** Headings of `positionRow`. */
export const POSITION_HEADS = ['of', 'quantity', 'entry', 'price', 'result', 'stop', 'target']

/** A position for people. */
export function positionRow(position: HeldPosition): string[] {
  const { symbol, strategy, quantity, entryPrice, price, unrealised, stop, target } = position
  return [
    `${strategy} ${symbol}`,
    short(quantity),
    short(entryPrice),
    short(price),
    formatFixed(unrealised, 2),
    stop === null ? 'none' : short(stop),
    target === null ? 'none' : short(target),
  ]
}

/** Orders of sessions that have not ended. */
export async function sessionOrders(workspace: Workspace, options: StatusOptions): Promise<Shown> {
  const records = await sessionsMeant(workspace, options)
  const open = records.flatMap(({ sessionId, status }) =>
    (status?.orders ?? []).map(order => ({ sessionId, ...order })),
  )
  const json = records.flatMap(ordersJson)
  if (open.length === 0)
    return { text: `no order is open\n${nextLine('assay status')}`, json: { orders: json } }
  const rows = open.map(one => [one.sessionId.slice(0, 12), ...orderRow(one)])
  return {
    text: `${table(['session', ...ORDER_HEADS], rows)}\n\n${nextLine(`assay events tail --session ${open[0]!.sessionId}`)}`,
    json: { orders: json },
  }
}

/** Headings of `orderRow`. */
export const ORDER_HEADS = ['order', 'of', 'side', 'kind', 'price', 'left', 'state']

/** An order for people. */
export function orderRow(order: OpenOrder): string[] {
  const { id, symbol, strategy, side, kind, price, size, state } = order
  return [
    id,
    `${strategy} ${symbol}`,
    side,
    kind,
    price === null ? 'market' : short(price),
    short(size),
    state,
  ]
}

function short(value: number): string {
  return String(Number(value.toPrecision(7)))
}
