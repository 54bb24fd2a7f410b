import { z } from 'zod'
import { runSummaryJson } from '../../../app/backtest/stored/run-json.js'
import { findRun } from '../../../app/backtest/stored/stored-run.js'
import type { Routes } from '../../api.js'
import {
  cursorOf,
  foreignCursor,
  pageInMemory,
  pageOf,
  pageQuery,
  readCursor,
} from '../../schemas/page.js'
import { problems } from '../../schemas/problem.js'

const summary = {
  run_id: z.string(),
  created_at: z.string(),
  strategy: z.string(),
  symbol: z.string(),
  timeframe: z.string(),
  result_hash: z.string(),
  curve_hash: z.string().nullable(),
  /** By name; null where a metric has no value. */
  metrics: z.record(z.string(), z.unknown()),
  warnings: z.array(z.string()),
}
const runSummary = z.strictObject(summary).meta({ id: 'RunSummary' })
const run = z
  .strictObject({ ...summary, manifest: z.unknown(), trade_count: z.int() })
  .meta({ id: 'Run' })
const trade = z.looseObject({}).meta({ id: 'RunTrade' })

const listQuery = z.strictObject({
  ...pageQuery,
  strategy: z.string().max(200).optional(),
  symbol: z.string().max(100).optional(),
})

/** Stored runs. */
export const runRoutes: Routes = (api, { workspace }) => {
  api.get(
    '/v1/runs',
    {
      config: { access: { scope: 'read', cost: 2 } },
      schema: {
        summary: 'Stored runs, newest first',
        tags: ['research'],
        querystring: listQuery,
        response: { 200: pageOf(runSummary), ...problems },
      },
    },
    async ({ query: { cursor, limit, ...filter } }) => {
      const found = await (
        await workspace.runs()
      ).page({
        ...filter,
        limit: limit + 1,
        after: cursor === undefined ? undefined : lastRun(cursor, filter),
      })
      const page = found.slice(0, limit)
      const last = page.at(-1)
      const next =
        found.length > limit && last !== undefined
          ? cursorOf([last.createdAt, last.runId], filter)
          : null
      return { items: page.map(one => runSummary.parse(runSummaryJson(one))), next }
    },
  )
  api.get(
    '/v1/runs/:id',
    {
      config: { access: { scope: 'read', cost: 2 } },
      schema: {
        summary: 'A run: its metrics, and all that is needed to make it again',
        tags: ['research'],
        params: z.strictObject({ id: z.string() }),
        response: { 200: run, ...problems },
      },
    },
    async ({ params: { id } }) => {
      const found = await findRun(workspace, id)
      const { manifest, trades } = found
      return run.parse({ ...runSummaryJson(found), manifest, trade_count: trades.length })
    },
  )
  api.get(
    '/v1/runs/:id/trades',
    {
      config: { access: { scope: 'read', cost: 2 } },
      schema: {
        summary: 'Trades of a run, the first exit first',
        tags: ['research'],
        params: z.strictObject({ id: z.string() }),
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(trade), ...problems },
      },
    },
    async ({ params: { id }, query: { cursor, limit } }) => {
      const { runId, trades } = await findRun(workspace, id)
      const numbered = trades.map((one, k) => ({ one, key: String(k) }))
      const filter = { runId }
      const page = pageInMemory(numbered, { cursor, limit, filter, keyOf: ({ key }) => key })
      return { items: page.items.map(({ one }) => trade.parse(one)), next: page.next }
    },
  )
}

/** The run that a page ended with. @throws ApiError BAD_REQUEST for a cursor of another list */
function lastRun(cursor: string, filter: object): { createdAt: string; runId: string } {
  const [createdAt, runId] = readCursor(cursor, filter, 2)
  if (Number.isFinite(Date.parse(String(createdAt)))) {
    return { createdAt: String(createdAt), runId: String(runId) }
  }
  throw foreignCursor()
}
