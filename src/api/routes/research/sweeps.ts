import { z } from 'zod'
import { sweepJson, trialJson } from '../../../app/sweep/stored/sweeps-json.js'
import { findSweep } from '../../../app/sweep/stored/sweeps-lookup.js'
import type { Routes } from '../../api.js'
import { pageInMemory, pageOf, pageQuery, queryInteger } from '../../schemas/page.js'
import { problems } from '../../schemas/problem.js'

const SWEEPS_MAX = 10_000
const TRIALS_MAX = 10_000

const sweep = z
  .strictObject({
    sweep_id: z.string(),
    created_at: z.string(),
    status: z.enum(['running', 'stopped', 'complete']),
    strategy: z.string(),
    symbol: z.string(),
    timeframe: z.string(),
    objective: z.string(),
    sweep_hash: z.string().nullable(),
    trials_total: z.int(),
    trials_failed: z.int(),
    candle_evaluations: z.number(),
    seconds: z.number(),
  })
  .meta({ id: 'Sweep' })

const trial = z
  .strictObject({
    number: z.int(),
    run_id: z.string(),
    strategy: z.string(),
    symbol: z.string(),
    timeframe: z.string(),
    template: z.string().nullable(),
    params: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])),
    status: z.enum(['ok', 'failed']),
    message: z.string().nullable(),
    score: z.number().nullable(),
    metrics: z.record(z.string(), z.number().nullable()).nullable(),
    result_hash: z.string().nullable(),
    data_hash: z.string(),
    decide_from: z.string().nullable(),
  })
  .meta({ id: 'Trial' })

/** Stored sweeps and their trials. */
export const sweepRoutes: Routes = (api, { workspace }) => {
  api.get(
    '/v1/sweeps',
    {
      config: { access: { scope: 'read', cost: 2 } },
      schema: {
        summary: 'Stored sweeps, newest first',
        tags: ['research'],
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(sweep), ...problems },
      },
    },
    async ({ query: { cursor, limit } }) => {
      const all = await (await workspace.sweeps()).list(SWEEPS_MAX)
      const page = pageInMemory(all, { cursor, limit, filter: {}, keyOf: one => one.sweepId })
      return { items: page.items.map(one => sweep.parse(sweepJson(one))), next: page.next }
    },
  )
  api.get(
    '/v1/sweeps/:id',
    {
      config: { access: { scope: 'read', cost: 2 } },
      schema: {
        summary: 'A sweep',
        tags: ['research'],
        params: z.strictObject({ id: z.string() }),
        response: { 200: sweep, ...problems },
      },
    },
    async ({ params: { id } }) =>
      sweep.parse(sweepJson(await findSweep(await workspace.sweeps(), id))),
  )
  api.get(
    '/v1/sweeps/:id/trials',
    {
      config: { access: { scope: 'read', cost: 5 } },
      schema: {
        summary: 'Trials of a sweep, best first, or in their order',
        tags: ['research'],
        params: z.strictObject({ id: z.string() }),
        querystring: z.strictObject({
          order: z.enum(['score', 'number']).default('score'),
          limit: queryInteger({ min: 1, max: TRIALS_MAX }).default(100),
        }),
        response: {
          200: z.strictObject({ items: z.array(trial), next: z.null() }),
          ...problems,
        },
      },
    },
    async ({ params: { id }, query: { order, limit } }) => {
      const store = await workspace.sweeps()
      const found = await findSweep(store, id)
      const shown = trialJson(found)
      const items: z.input<typeof trial>[] = []
      for await (const page of store.trials(found.sweepId, { order, limit })) {
        for (const one of page) items.push(trial.parse(shown(one)))
      }
      return { items, next: null }
    },
  )
}
