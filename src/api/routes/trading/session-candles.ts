import { z } from 'zod'
import { fedCandle } from '../../../app/live/session/session-history.js'
import { findSession } from '../../../app/live/session/session-lookup.js'
import type { Routes } from '../../api.js'
import { queryInteger } from '../../schemas/page.js'
import { problems } from '../../schemas/problem.js'

const CANDLES_MAX = 5_000

const candles = z
  .strictObject({
    session_id: z.string(),
    symbol: z.string(),
    timeframe: z.string(),
    /** `[open time, open, high, low, close, volume]`, in order, the last ones that there are. */
    items: z.array(
      z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]),
    ),
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
        }),
        response: { 200: candles, ...problems },
      },
    },
    async ({ params: { id }, query: { limit } }) => {
      const store = await workspace.sessions()
      const { sessionId, symbols, timeframe } = (await findSession(store, id)).record
      const inputs = await store.lastInputs(sessionId, ['warm', 'candle'], limit)
      const items = inputs.flatMap(({ kind, payload }) => {
        const { of, candle } = fedCandle(kind, payload)
        if (typeof of !== 'number' || candle === null) return []
        const { time, open, high, low, close, volume } = candle
        return [
          [time, open, high, low, close, volume] as [
            number,
            number,
            number,
            number,
            number,
            number,
          ],
        ]
      })
      return { session_id: sessionId, symbol: symbols[0] ?? '', timeframe, items, next: null }
    },
  )
}
