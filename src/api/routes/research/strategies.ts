import { z } from 'zod'
import { shippedStrategies } from '../../../app/strategy/shipped-strategies.js'
import { strategyJson } from '../../../app/strategy/strategy-json.js'
import { AppError } from '../../../core/errors.js'
import { nearestName } from '../../../core/names.js'
import type { Routes } from '../../api.js'
import { pageInMemory, pageOf, pageQuery } from '../../schemas/page.js'
import { problems } from '../../schemas/problem.js'

const value = z.union([z.number(), z.string(), z.boolean()])

const strategy = z
  .strictObject({
    name: z.string(),
    description: z.string(),
    /** By name: kind, default, range or options, description. */
    params: z.record(z.string(), z.looseObject({ kind: z.string(), default: value })),
    /** Values of parameters, by the name of the template. */
    templates: z.record(z.string(), z.record(z.string(), value)),
  })
  .meta({ id: 'Strategy' })

/** Strategies that the server has: what may be asked of them. */
export const strategyRoutes: Routes = api => {
  api.get(
    '/v1/strategies',
    {
      config: { access: { scope: 'read', cost: 1 } },
      schema: {
        summary: 'Strategies with their parameters and templates',
        tags: ['research'],
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(strategy), ...problems },
      },
    },
    ({ query: { cursor, limit } }) => {
      const all = shippedStrategies().map(one => strategy.parse(strategyJson(one)))
      const page = pageInMemory(all, { cursor, limit, filter: {}, keyOf: ({ name }) => name })
      return { items: [...page.items], next: page.next }
    },
  )
  api.get(
    '/v1/strategies/:name',
    {
      config: { access: { scope: 'read', cost: 1 } },
      schema: {
        summary: 'A strategy',
        tags: ['research'],
        params: z.strictObject({ name: z.string() }),
        response: { 200: strategy, ...problems },
      },
    },
    ({ params: { name } }) => {
      const all = shippedStrategies()
      const found = all.find(one => one.name === name)
      if (found !== undefined) return strategy.parse(strategyJson(found))
      const near = nearestName(
        name,
        all.map(one => one.name),
      )
      throw new AppError('UNKNOWN_STRATEGY', `there is no strategy "${name}"`, {
        hint: near === undefined ? 'GET /v1/strategies lists them' : `did you mean ${near}?`,
      })
    },
  )
}
