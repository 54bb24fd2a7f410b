import type { Api } from '../api.js'
import type { ServerMetrics } from './server-metrics.js'

/** Counts requests by the form of their address, so that no id becomes a label. */
export function measureRequests(api: Api, metrics: ServerMetrics): void {
  api.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'unknown'
    const { method } = request
    const status = `${Math.floor(reply.statusCode / 100)}xx`
    metrics.count('assay_http_requests_total', { method, route, status })
    metrics.observe('assay_http_request_seconds', reply.elapsedTime / 1000, { method, route })
    if (reply.statusCode === 429) metrics.count('assay_rate_limited_total')
    if (reply.statusCode === 500) metrics.count('assay_errors_total')
    done()
  })
}
