import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { format, resolveConfig } from 'prettier'
import type { Desk } from '../src/api/api.js'
import { RateLimit } from '../src/api/guard/rate-limit.js'
import { ServerMetrics } from '../src/api/metrics/server-metrics.js'
import { buildServer } from '../src/api/server.js'

export const PAGE = fileURLToPath(new URL('../docs/schemas/openapi.json', import.meta.url))

/** The OpenAPI text of the server, formatted. Routes ask their desk for nothing before a request. */
export async function openapiText(): Promise<string> {
  const nothing = { streams: { close: () => Promise.resolve() }, metrics: new ServerMetrics() }
  const api = await buildServer(nothing as unknown as Desk, {
    limits: new RateLimit({ perSecond: 1 }, null),
    checkHost: () => undefined,
    isSecure: false,
    proxies: [],
  })
  await api.ready()
  const text = JSON.stringify(api.swagger())
  await api.close()
  const settings = await resolveConfig(PAGE)
  return format(text, { ...settings, parser: 'json' })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, await openapiText())
