import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tradedFolder } from '../cli/prepared-home.js'
import { openApi, type ApiHouse } from './api-house.js'

interface Operation {
  readonly 'x-scope': string
  readonly 'x-cost': number
  readonly security?: readonly unknown[]
  readonly parameters?: readonly { readonly name: string; readonly in: string }[]
  readonly responses: Readonly<Record<string, Answer>>
}

interface Answer {
  readonly headers?: Readonly<Record<string, unknown>>
  readonly content: Readonly<Record<string, { readonly schema: object }>>
}

type Asked = NonNullable<Parameters<ApiHouse['ask']>[2]>

let folder: string
let house: ApiHouse
let key: string
let paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
let ajv: Ajv2020
/** Routes that answered with success, `GET /v1/runs`. */
const reached = new Set<string>()

beforeAll(async () => {
  folder = await tradedFolder()
  house = await openApi({ home: join(folder, '.assay') })
  key = await house.key()
  const text = (await house.ask('GET', '/openapi.json')).json<{ paths: typeof paths }>()
  paths = text.paths
  ajv = new Ajv2020({ strict: false, validateFormats: false })
  ajv.addSchema(text, 'api')
}, 120_000)
afterAll(async () => {
  await house.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Asks by the form of an address, and holds the answer to what the text says of it. */
async function ask(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  form: string,
  { ids = {}, query = '', ...asked }: Asked & { ids?: Record<string, string>; query?: string } = {},
): Promise<LightMyRequestResponse> {
  const url = form.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[name]!))
  const answer = await house.ask(method, `${url}${query}`, { key, ...asked })
  const { responses } = paths[form]![method.toLowerCase()]!
  const status = String(answer.statusCode)
  const said = responses[status] ?? responses['default']!
  const type = String(answer.headers['content-type']).split(';')[0]!
  expect(Object.keys(said.content), `${method} ${form}: ${answer.body}`).toContain(type)
  const pointer = [
    form,
    method.toLowerCase(),
    'responses',
    status in responses ? status : 'default',
  ]
  const parts = ['paths', ...pointer, 'content', type, 'schema']
  const validate = ajv.compile({ $ref: `api#/${parts.map(escaped).join('/')}` })
  const value: unknown = type.endsWith('json') ? answer.json() : answer.body
  expect(validate(value), `${method} ${form}: ${JSON.stringify(validate.errors)}`).toBe(true)
  for (const name of Object.keys(said.headers ?? {})) {
    expect(answer.headers, `${method} ${form}`).toHaveProperty(name.toLowerCase())
  }
  if (answer.statusCode < 300) reached.add(`${method} ${form}`)
  return answer
}

const escaped = (part: string): string =>
  encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))

/** Asks for what must succeed. */
async function get<T = Page>(
  form: string,
  ids?: Record<string, string>,
  query?: string,
): Promise<T> {
  const answer = await ask('GET', form, { ...(ids && { ids }), ...(query && { query }) })
  expect(answer.statusCode, `${form}: ${answer.body}`).toBe(200)
  return answer.json<T>()
}

interface Page {
  readonly items: readonly Record<string, unknown>[]
  readonly next: string | null
}

/** The first item of a list, which must not be empty. */
async function first(form: string, query?: string): Promise<Record<string, string>> {
  const [item] = (await get(form, undefined, query)).items
  expect(item, form).toBeDefined()
  return item as Record<string, string>
}

describe('the OpenAPI text', { concurrent: false, shuffle: false }, () => {
  it('holds for the house and its data', async () => {
    for (const form of ['/health', '/ready', '/v1/me', '/v1/events/last']) await get(form)
    expect((await ask('GET', '/metrics')).body).toContain('assay_build_info')
    expect(await first('/v1/data-sets')).toMatchObject({ symbol: 'SYNTH-USDC', timeframe: '1h' })
    await first('/v1/symbols')
    const { items } = await get('/v1/candles', {}, '?symbol=SYNTH-USDC&timeframe=1h&limit=5')
    expect(items).toHaveLength(5)
    const day = await get('/v1/candles', {}, '?symbol=SYNTH-USDC&timeframe=1h&resample=1d&limit=2')
    expect(Number(day.items[1]![0]) - Number(day.items[0]![0])).toBe(86_400_000)
    const { name } = await first('/v1/strategies')
    await get('/v1/strategies/{name}', { name: name! })
  })

  it('holds for what research has left', async () => {
    const { run_id: run } = await first('/v1/runs')
    await get('/v1/runs/{id}', { id: run! })
    expect((await get('/v1/runs/{id}/trades', { id: run! })).items).not.toHaveLength(0)
    const { sweep_id: sweep } = await first('/v1/sweeps')
    await get('/v1/sweeps/{id}', { id: sweep! })
    expect((await get('/v1/sweeps/{id}/trials', { id: sweep! })).items).toHaveLength(6)
    const { name } = await first('/v1/reports')
    const opened = await ask('POST', '/v1/reports/{name}/tickets', { ids: { name: name! } })
    const { url } = opened.json<{ url: string }>()
    expect((await house.ask('GET', url)).body).toContain('<html')
    expect((await house.ask('GET', url)).statusCode).toBe(404)
  })

  it('holds for sessions and what they did', async () => {
    const { session_id: id } = await first('/v1/sessions', '?state=finished')
    const session = `?session=${id}`
    await get('/v1/sessions/{id}', { id: id! })
    await get('/v1/sessions/{id}/equity', { id: id! })
    await get('/v1/sessions/{id}/candles', { id: id! })
    await get('/v1/notifiers')
    await first('/v1/trades', session)
    await first('/v1/performance', session)
    for (const form of ['/v1/positions', '/v1/orders', '/v1/portfolio'])
      await get(form, undefined, session)
    expect((await get('/v1/events', undefined, `${session}&limit=3`)).items).toHaveLength(3)
    // A session that runs somewhere else takes commands.
    const database = await house.workspace.database()
    await database.query(
      "update sessions set state = 'running', beat_at = now() where session_id = $1",
      [id!],
    )
    const ids = { id: id! }
    const headers = { 'idempotency-key': 'a-key-of-a-command' }
    const asked = await ask('POST', '/v1/sessions/{id}/commands', {
      ids,
      headers,
      body: { name: 'pause' },
    })
    expect(asked.statusCode).toBe(202)
    const { items } = await get('/v1/sessions/{id}/commands', ids)
    expect(items).toHaveLength(1)
    await get('/v1/sessions/{id}/commands/{command}', { ...ids, command: String(items[0]!['id']) })
    await database.query("update sessions set beat_at = '2026-01-01' where session_id = $1", [id!])
    const alert = (await first('/v1/alerts')) as { id: string }
    expect(alert).toMatchObject({ kind: 'SessionGone', session_id: id, acknowledged: null })
    const seen = await ask('POST', '/v1/alerts/{id}/acknowledge', { ids: alert, body: {} })
    expect(seen.json()).toMatchObject({ ...alert, acknowledged: { note: '' } })
  })

  it('holds for settings and promotions', async () => {
    const { symbol } = await first('/v1/settings')
    const ids = { symbol: symbol! }
    const { etag } = (await ask('GET', '/v1/settings/{symbol}', { ids })).headers
    const changed = await ask('PATCH', '/v1/settings/{symbol}', {
      ids,
      headers: { 'if-match': String(etag) },
      body: { changes: { stop_loss: 0.04 } },
    })
    expect(changed.json()).toMatchObject({ risk: { stop_loss: 0.04 } })
    const headers = { 'if-match': String(changed.headers.etag) }
    const replaced = await ask('PUT', '/v1/settings/{symbol}', {
      ids,
      headers,
      body: changed.json(),
    })
    expect(replaced.statusCode).toBe(200)
    const { promotion_id: id } = await first('/v1/promotions')
    await get('/v1/promotions/{id}', { id: id! })
    const body = { reason: 'it was a test' }
    const revoked = await ask('POST', '/v1/promotions/{id}/revoke', { ids: { id: id! }, body })
    expect(revoked.json()).toMatchObject({ revoked_reason: 'it was a test' })
  })

  it('holds for keys and the audit', async () => {
    const made = await ask('POST', '/v1/keys', { body: { scope: 'read', expires: '1h' } })
    expect(made.statusCode).toBe(201)
    const code = house.desk.links.issue('read')
    expect((await ask('POST', '/v1/page-keys', { body: { code } })).statusCode).toBe(201)
    expect((await ask('POST', '/v1/page-keys', { body: { code } })).statusCode).toBe(401)
    await first('/v1/keys')
    await ask('DELETE', '/v1/keys/{id}', { ids: made.json<Record<'id', string>>() })
    expect(await first('/v1/audit')).toHaveProperty('payload.actor')
  })

  it('holds for jobs of every kind', async () => {
    const terms = { strategy: 'ma_crossover', symbol: 'SYNTH-USDC', timeframe: '1h' }
    const bodies = {
      '/v1/runs': terms,
      '/v1/sweeps': { ...terms, grid: { fast_ma: [5, 10] } },
      '/v1/walk-forwards': { ...terms, grid: { fast_ma: [5, 10] }, train: '90d', test: '30d' },
      '/v1/validations': { reference: 'latest' },
      '/v1/promotions': { run: 'latest', to: 'paper' },
    }
    const ids: string[] = []
    for (const [form, body] of Object.entries(bodies)) {
      const answer = await ask('POST', form, { body })
      expect(answer.statusCode, answer.body).toBe(202)
      const { id } = answer.json<{ id: string }>()
      expect(answer.headers.location).toBe(`/v1/jobs/${id}`)
      ids.push(id)
    }
    for (const id of ids.slice(1).reverse()) await ask('DELETE', '/v1/jobs/{id}', { ids: { id } })
    await first('/v1/jobs')
    await get('/v1/jobs/{id}', { id: ids[0]! })
  })

  it('has every route of the server but pages and the socket, with its rule', () => {
    const open = /^(GET|HEAD) (\/|\/docs.*|\/dashboard\/.*|\/openapi\.json|\/reports\/:ticket)$/
    const rules = [...house.api.rules].filter(
      ([name]) => !open.test(name) && !name.startsWith('HEAD ') && name !== 'GET /v1/ws',
    )
    const written = Object.entries(paths).flatMap(([form, operations]) =>
      Object.entries(operations).map(([method, operation]) => {
        const rule = { scope: operation['x-scope'], cost: operation['x-cost'] }
        return [`${method.toUpperCase()} ${form}`, rule] as const
      }),
    )
    const meant = rules.map(([name, { scope, cost }]) => [
      name.replace(/:(\w+)/g, '{$1}'),
      { scope, cost },
    ])
    expect(Object.fromEntries(written)).toEqual(Object.fromEntries(meant))
    for (const [, { scope }] of house.api.rules) expect(scope).toBeDefined()
  })

  it('was held to an answer with success of each route', () => {
    const all = Object.entries(paths).flatMap(([form, operations]) =>
      Object.keys(operations).map(method => `${method.toUpperCase()} ${form}`),
    )
    expect([...reached].sort()).toEqual(all.sort())
  })
})

describe('a problem has the form that the text says', () => {
  it.each([
    ['GET', '/v1/runs/{id}', { ids: { id: 'nothing' } }, 404, 'UNKNOWN_RUN'],
    ['GET', '/v1/sweeps/{id}', { ids: { id: 'nothing' } }, 404, 'UNKNOWN_SWEEP'],
    ['GET', '/v1/sessions/{id}', { ids: { id: 'nothing' } }, 404, 'UNKNOWN_SESSION'],
    ['GET', '/v1/promotions/{id}', { ids: { id: 'nothing' } }, 404, 'UNKNOWN_PROMOTION'],
    [
      'POST',
      '/v1/alerts/{id}/acknowledge',
      { ids: { id: '0123456789abcdef-1' }, body: {} },
      404,
      'UNKNOWN_ALERT',
    ],
    ['GET', '/v1/strategies/{name}', { ids: { name: 'ma_crosover' } }, 404, 'UNKNOWN_STRATEGY'],
    ['GET', '/v1/settings/{symbol}', { ids: { symbol: 'BTC-USD' } }, 404, 'NO_SETTINGS'],
    ['GET', '/v1/candles', { query: '?symbol=BTC-USD&timeframe=1h' }, 404, 'NO_CANDLES'],
    ['GET', '/v1/candles', { query: '?symbol=BTC-USD' }, 400, 'BAD_REQUEST'],
    ['GET', '/v1/me', { key: undefined }, 401, 'UNAUTHENTICATED'],
    ['GET', '/v1/me', { headers: { host: 'elsewhere' } }, 421, 'WRONG_HOST'],
    ['POST', '/v1/runs', { body: { strategy: '../evil' } }, 400, 'BAD_REQUEST'],
    ['POST', '/v1/runs', { body: { strategy: 'a', stop: 1 } }, 400, 'BAD_REQUEST'],
    [
      'PATCH',
      '/v1/settings/{symbol}',
      { ids: { symbol: 'A-B' }, body: { changes: {} } },
      428,
      'VERSION_MISSING',
    ],
    [
      'POST',
      '/v1/sessions/{id}/commands',
      { ids: { id: 'x' }, body: { name: 'kill' } },
      400,
      'IDEMPOTENCY_KEY_MISSING',
    ],
  ] as const)('%s %s %j: %d %s', async (method, form, asked, status, code) => {
    const answer = await ask(method, form, asked)
    expect(answer.json()).toMatchObject({ status, code })
    expect(answer.statusCode).toBe(status)
  })
})
