import { z } from 'zod'
import { fedCandle } from '../../../app/live/session/session-history.js'
import { AppError } from '../../../core/errors.js'
import { findSession } from '../../../app/live/session/session-lookup.js'
import type { Routes } from '../../api.js'
import { queryInteger } from '../../schemas/page.js'
import { problems } from '../../schemas/problem.js'

const CANDLES_MAX = 5_000

const value = z.number()
const candleRow = z.tuple([value, value, value, value, value, value])

const candles = z
  .strictObject({
    session_id: z.string(),
    symbol: z.string(),
    timeframe: z.string(),
    /** `[open time, open, high, low, close, volume]`, in order, the last ones that there are. */
    items: z.array(candleRow),
    next: z.null(),
  })
  .meta({ id: 'SessionCandles' })

/** Candles as the feed of a session brought them; none of a session over stored candles, which are data. */
export const sessionCandleRoutes: Routes = (api, { workspace }) => {
  api.get(
    '/v1/sessions/:id/candles',
    {
      config: { access: { scope: 'read', cost: 2 } },
      schema: {
        summary: 'Candles that a session has traded on, as its feed brought them',
        tags: ['trading'],
        params: z.strictObject({ id: z.string() }),
        querystring: z.strictObject({
          limit: queryInteger({ min: 1, max: CANDLES_MAX }).default(500),
          /** One of the symbols of the session; the first where it is left out. */
          symbol: z.string().max(50).optional(),
        }),
        response: { 200: candles, ...problems },
      },
    },
    async ({ params: { id }, query: { limit, symbol: named } }) => {
      const store = await workspace.sessions()
      const { sessionId, symbols, timeframe } = (await findSession(store, id)).record
      const symbol = named ?? symbols[0] ?? ''
      const market = symbols.indexOf(symbol)
      if (market < 0) throw noSymbol(sessionId, symbol, symbols)
      // Candles of all its symbols come one beside the other.
      const most = limit * symbols.length
      const inputs = await store.lastInputs(sessionId, ['warm', 'candle'], most)
      const items = inputs.flatMap(({ kind, payload }) => {
        const { of, candle } = fedCandle(kind, payload)
        if (of !== market || candle === null) return []
        const { time, open, high, low, close, volume } = candle
        const row: z.infer<typeof candleRow> = [time, open, high, low, close, volume]
        return [row]
      })
      return { session_id: sessionId, symbol, timeframe, items: items.slice(-limit), next: null }
    },
  )
}

function noSymbol(sessionId: string, symbol: string, symbols: readonly string[]): AppError {
  return new AppError('INVALID_SYMBOL', `session ${sessionId} does not trade ${symbol}`, {
    hint: `it trades ${symbols.join(', ')}`,
  })
}
