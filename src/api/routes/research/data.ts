import { z } from 'zod'
import { dataSetJson } from '../../../app/data/data-set-json.js'
import { CandlePages } from '../../../app/data/candle-page.js'
import type { Api, Desk, Routes } from '../../api.js'
import {
  cursorOf,
  pageInMemory,
  pageOf,
  pageQuery,
  queryInteger,
  readNumberCursor,
} from '../../schemas/page.js'
import { problems } from '../../schemas/problem.js'
import { queryFlag, queryTime, requireOrder, timeOf } from '../../schemas/query.js'

const CANDLES_MAX = 5000
const CANDLES_DEFAULT = 1000

const dataSet = z
  .strictObject({
    symbol: z.string(),
    timeframe: z.string(),
    source: z.string(),
    count: z.int(),
    first: z.string(),
    last: z.string(),
    data_hash: z.string(),
    fetched: z.strictObject({ adapter: z.string(), at: z.string() }).nullable(),
  })
  .meta({ id: 'DataSet' })

const coin = z.looseObject({ symbol: z.string() })
const symbol = z
  .strictObject({
    symbol: z.string(),
    base: coin,
    quote: coin,
    sources: z.record(z.string(), z.unknown()),
    default: z.string().optional(),
    own: z.boolean(),
  })
  .meta({ id: 'Symbol' })

const candleQuery = z.strictObject({
  symbol: z.string().min(1).max(100),
  timeframe: z.string().min(1).max(10),
  /** A higher timeframe to make of them. */
  resample: z.string().min(1).max(10).optional(),
  from: queryTime.optional(),
  to: queryTime.optional(),
  /** Whether the last of the range are wanted, where there are more than `limit`. */
  last: queryFlag.optional(),
  cursor: pageQuery.cursor,
  limit: queryInteger({ min: 1, max: CANDLES_MAX }).default(CANDLES_DEFAULT),
})

const candles = z
  .strictObject({
    symbol: z.string(),
    timeframe: z.string(),
    source: z.string(),
    data_hash: z.string(),
    /** Open time in UTC milliseconds, open, high, low, close, volume. */
    items: z.array(z.array(z.number()).length(6)),
    next: z.string().nullable(),
  })
  .meta({ id: 'Candles' })

/** What is sent of them; a test holds it to the schema. */
type CandlePage = Omit<z.input<typeof candles>, 'items'> & {
  readonly items: readonly (readonly number[])[]
}

/** Stored candles: which there are, what symbols are called, and the candles themselves. */
export const dataRoutes: Routes = (api, desk) => {
  readNames(api, desk)
  readCandles(api, desk)
}

function readNames(api: Api, { workspace }: Desk): void {
  api.get(
    '/v1/data-sets',
    {
      config: { access: { scope: 'read', cost: 2 } },
      schema: {
        summary: 'Stored candles: which markets, timeframes, ranges, and where they come from',
        tags: ['data'],
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(dataSet), ...problems },
      },
    },
    async ({ query: { cursor, limit } }) => {
      const all = (await workspace.candles.list()).map(dataSetJson)
      const keyOf = (set: (typeof all)[number]): string =>
        `${set.symbol} ${set.timeframe} ${set.source}`
      const { items, next } = pageInMemory(all, { cursor, limit, filter: {}, keyOf })
      return { items: [...items], next }
    },
  )
  api.get(
    '/v1/symbols',
    {
      config: { access: { scope: 'read', cost: 2 } },
      schema: {
        summary: 'What symbols are called at their sources',
        tags: ['data'],
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(symbol), ...problems },
      },
    },
    async ({ query: { cursor, limit } }) => {
      const all = (await workspace.symbols()).list()
      const page = pageInMemory(all, { cursor, limit, filter: {}, keyOf: one => one.symbol })
      const items = page.items.map(({ symbol: name, entry, isOwn }) =>
        symbol.parse({ symbol: name, ...entry, own: isOwn }),
      )
      return { items, next: page.next }
    },
  )
}

function readCandles(api: Api, { workspace }: Desk): void {
  const pages = new CandlePages(workspace)
  api.get(
    '/v1/candles',
    {
      config: { access: { scope: 'read', cost: 2 } },
      schema: {
        summary: 'Candles of a market, in order of time',
        tags: ['data'],
        querystring: candleQuery,
        response: { 200: candles, ...problems },
      },
    },
    async ({ query }, reply) => {
      const { symbol: market, timeframe, resample = null, last: isLast = false, limit } = query
      const [from, to] = [timeOf('from', query.from), timeOf('to', query.to)]
      requireOrder(from, to)
      const filter = { market, timeframe, resample, from, to }
      const { cursor } = query
      const after = cursor === undefined ? null : readNumberCursor(cursor, filter)
      const begin = after === null ? from : after + 1
      const wanted = { symbol: market, timeframe, resample, to, limit, isLast }
      const { dataSet: set, rows, hasMore } = await pages.page({ ...wanted, from: begin })
      const next = hasMore && !isLast ? cursorOf([rows.at(-1)![0]!], filter) : null
      // As text: a schema that looks at each figure takes five times as long as all the rest.
      const page = JSON.stringify({
        symbol: set.symbol,
        timeframe: resample ?? set.timeframe,
        source: set.source,
        data_hash: set.dataHash,
        items: rows,
        next,
      } satisfies CandlePage)
      return reply.type('application/json; charset=utf-8').send(page as never)
    },
  )
}
