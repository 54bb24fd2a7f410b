import type { Routes } from '../api.js'

/** What Prometheus reads. */
export const metricRoutes: Routes = (api, { metrics }) => {
  api.get(
    '/metrics',
    {
      config: { access: { scope: 'read', cost: 1 } },
      schema: { summary: 'Metrics, in the text form of Prometheus', tags: ['health'] },
    },
    async (_, reply) => reply.type(metrics.registry.contentType).send(await metrics.text()),
  )
}
