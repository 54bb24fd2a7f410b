import { z } from 'zod'
import {
  ordersJson,
  positionsJson,
  sessionsMeant,
} from '../../../app/live/session/session-status.js'
import { PerformanceBook } from '../../../app/live/session/performance.js'
import { portfolioOf } from '../../../app/live/session/live-portfolio.js'
import type { SessionRecord, SessionRepository } from '../../../core/ports/trading/sessions.js'
import type { Desk, Routes } from '../../api.js'
import {
  cursorOf,
  foreignCursor,
  pageGone,
  pageInMemory,
  pageOf,
  pageQuery,
  readCursor,
} from '../../schemas/page.js'
import { problems } from '../../schemas/problem.js'
import { orderSchema, positionSchema, tradeSchema } from '../../schemas/session.js'

/** One session alone; all that run where it is left out. */
const query = z.strictObject({ ...pageQuery, session: z.string().max(100).optional() })

const performance = z
  .strictObject({
    session_id: z.string(),
    mode: z.enum(['paper', 'live']),
    symbols: z.array(z.string()),
    /** Quote currency, at the first and the last close. */
    equity_start: z.number().nullable(),
    equity: z.number().nullable(),
    /** Fractions: of the first equity, and of the highest. */
    total_return: z.number().nullable(),
    drawdown: z.number().nullable(),
    max_drawdown: z.number().nullable(),
    /** Change since the day began in UTC, as a fraction. */
    return_today: z.number().nullable(),
    trades: z.int(),
    trades_won: z.int(),
    net_pnl: z.number(),
    fees: z.number(),
    exposure: z.number().nullable(),
  })
  .meta({ id: 'Performance' })

/** What sessions hold, what they have ordered, and what came of it. */
export const holdingRoutes: Routes = (api, desk) => {
  const { workspace } = desk
  const book = new PerformanceBook()
  api.get(
    '/v1/positions',
    {
      config: { access: { scope: 'read', cost: 1 } },
      schema: {
        summary: 'Open positions with their stops',
        tags: ['trading'],
        querystring: query,
        response: { 200: pageOf(positionSchema), ...problems },
      },
    },
    async ({ query: { session, cursor, limit } }) => {
      const all = (await sessionsMeant(workspace, { session })).flatMap(positionsJson)
      const keyOf = (one: Record<string, unknown>): string =>
        [one['session_id'], one['strategy'], one['symbol']].join(' ')
      const page = pageInMemory(all, { cursor, limit, filter: { session }, keyOf })
      return { items: page.items.map(one => positionSchema.parse(one)), next: page.next }
    },
  )
  api.get(
    '/v1/orders',
    {
      config: { access: { scope: 'read', cost: 1 } },
      schema: {
        summary: 'Orders that have not ended',
        tags: ['trading'],
        querystring: query,
        response: { 200: pageOf(orderSchema), ...problems },
      },
    },
    async ({ query: { session, cursor, limit } }) => {
      const all = (await sessionsMeant(workspace, { session })).flatMap(ordersJson)
      const keyOf = (one: Record<string, unknown>): string =>
        [one['session_id'], one['strategy'], one['symbol'], one['id']].join(' ')
      const page = pageInMemory(all, { cursor, limit, filter: { session }, keyOf })
      return { items: page.items.map(one => orderSchema.parse(one)), next: page.next }
    },
  )
  readTrades(api, desk)
  readPortfolio(api, desk)
  api.get(
    '/v1/performance',
    {
      config: { access: { scope: 'read', cost: 3 } },
      schema: {
        summary: 'What sessions have made: return, drawdown, trades, fees',
        tags: ['trading'],
        querystring: query,
        response: { 200: pageOf(performance), ...problems },
      },
    },
    async ({ query: { session, cursor, limit } }) => {
      const all = await sessionsMeant(workspace, { session })
      const keyOf = ({ sessionId }: { sessionId: string }): string => sessionId
      const page = pageInMemory(all, { cursor, limit, filter: { session }, keyOf })
      const items = await Promise.all(page.items.map(one => book.of(workspace, one)))
      return { items: items.map(one => performance.parse(one)), next: page.next }
    },
  )
}

function readTrades(api: Parameters<Routes>[0], { workspace }: Desk): void {
  api.get(
    '/v1/trades',
    {
      config: { access: { scope: 'read', cost: 2 } },
      schema: {
        summary: 'Trades that closed, the last first',
        tags: ['trading'],
        querystring: query,
        response: { 200: pageOf(tradeSchema), ...problems },
      },
    },
    async ({ query: { session, cursor, limit } }) => {
      const records = await sessionsMeant(workspace, { session })
      const filter = { session }
      const from = cursor === undefined ? null : lastTrade(cursor, filter)
      const found = await tradesAfter(await workspace.sessions(), records, from, limit + 1)
      const items = found.slice(0, limit)
      const last = items.at(-1)
      const next =
        found.length > limit && last !== undefined
          ? cursorOf([last.session_id, last.number], filter)
          : null
      return { items: items.map(one => tradeSchema.parse(one)), next }
    },
  )
}

interface TradePlace {
  readonly session_id: string
  readonly number: number
}

/** The trade that a page ended with. @throws ApiError BAD_REQUEST for a cursor of another list */
function lastTrade(cursor: string, filter: object): TradePlace {
  const [session, number] = readCursor(cursor, filter, 2)
  if (Number.isSafeInteger(number) && Number(number) >= 0) {
    return { session_id: String(session), number: Number(number) }
  }
  throw foreignCursor()
}

/** So many trades of sessions, the last of each first, after one; no session is read that is not needed. */
async function tradesAfter(
  store: SessionRepository,
  records: readonly SessionRecord[],
  from: TradePlace | null,
  limit: number,
): Promise<readonly (TradePlace & object)[]> {
  const begin = from === null ? 0 : records.findIndex(one => one.sessionId === from.session_id)
  if (begin < 0) throw pageGone()
  const found: (TradePlace & object)[] = []
  for (const { sessionId } of records.slice(begin)) {
    const before = sessionId === from?.session_id ? from.number : undefined
    const page = await store.tradePage(sessionId, { before, limit: limit - found.length })
    for (const { number, trade } of page)
      found.push({ session_id: sessionId, number, ...(trade as object) })
    if (found.length >= limit) break
  }
  return found
}

const portfolio = z
  .strictObject({
    mode: z.enum(['paper', 'live']),
    sessions: z.int(),
    /** Quote currency: all sessions that run, and what of it is held. */
    equity: z.number(),
    held: z.number(),
    unrealised: z.number(),
    /** By symbol, the largest first. */
    symbols: z.array(
      z.strictObject({
        symbol: z.string(),
        quantity: z.number(),
        value: z.number(),
        unrealised: z.number(),
      }),
    ),
  })
  .meta({ id: 'Portfolio' })

function readPortfolio(api: Parameters<Routes>[0], { workspace }: Desk): void {
  api.get(
    '/v1/portfolio',
    {
      config: { access: { scope: 'read', cost: 2 } },
      schema: {
        summary: 'What all sessions that run hold together, money and paper apart',
        tags: ['trading'],
        response: {
          200: z.strictObject({ items: z.array(portfolio), next: z.null() }),
          ...problems,
        },
      },
    },
    async () => {
      const records = await sessionsMeant(workspace, {})
      return { items: portfolioOf(records).map(one => portfolio.parse(one)), next: null }
    },
  )
}
