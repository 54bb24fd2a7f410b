import { z } from 'zod'
import type { Routes } from '../../api.js'
import { problems } from '../../schemas/problem.js'

/** What Prometheus reads. */
export const metricRoutes: Routes = (api, { metrics }) => {
  api.get(
    '/metrics',
    {
      config: { access: { scope: 'read', cost: 1 } },
      schema: {
        summary: 'Metrics, in the text form of Prometheus',
        tags: ['health'],
        response: {
          200: {
            description: 'Metrics',
            content: { 'text/plain': { schema: z.string() } },
          },
          ...problems,
        },
      },
    },
    async (_, reply) => reply.type(metrics.registry.contentType).send(await metrics.text()),
  )
}
