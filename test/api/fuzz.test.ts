import { rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { REPOSITORY } from '../cli/assay.js'
import { tradedFolder } from '../cli/prepared-home.js'
import { openApi, type ApiHouse } from './api-house.js'

interface Schema {
  readonly $ref?: string
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly additionalProperties?: Schema | boolean
  readonly required?: readonly string[]
  readonly pattern?: string
}

interface Operation {
  readonly parameters?: readonly {
    readonly name: string
    readonly in: string
    readonly required?: boolean
    readonly schema: Schema
  }[]
  readonly requestBody?: {
    readonly content: { readonly 'application/json': { readonly schema: Schema } }
  }
}

interface Asked {
  readonly url: string
  readonly headers: Record<string, string>
  readonly body: unknown
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Requests of each route; more find what is rarer. */
const RUNS = Number(process.env['FC_RUNS'] ?? 80)

let folder: string
let house: ApiHouse
let components: Readonly<Record<string, Schema>>
let routes: (readonly [Method, string, Operation])[]
/** Values that the house knows, so that requests get past the first refusal. */
let known: string[]
const keys: string[] = []

beforeAll(async () => {
  folder = await tradedFolder()
  // No job begins: what is asked of the server is under test here, not what jobs compute.
  house = await openApi({ home: join(folder, '.assay'), jobsMax: 0 })
  const text = (await house.ask('GET', '/openapi.json')).json<{
    paths: Record<string, Record<string, Operation>>
    components: { schemas: Record<string, Schema> }
  }>()
  components = text.components.schemas
  routes = Object.entries(text.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(
      ([method, operation]) => [method.toUpperCase() as Method, path, operation] as const,
    ),
  )
  const key = await house.key()
  known = ['latest', 'SYNTH-USDC', '1h', 'ma_crossover', '2024-02-01', '0', '1', '*', 'kill']
  for (const list of ['runs', 'sweeps', 'sessions', 'promotions', 'reports']) {
    const { items } = (await house.ask('GET', `/v1/${list}`, { key })).json<{
      items: Record<string, string>[]
    }>()
    known.push(Object.values(items[0]!)[0]!)
  }
}, 120_000)
afterAll(async () => {
  await house.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Texts that have broken servers. */
const NASTY = [
  '',
  ' ',
  '\0',
  '\ud800',
  '../../etc/passwd',
  '%2e%2e%2f',
  "'; drop table runs; --",
  '{{7*7}}',
  '<script>alert(1)</script>',
  '__proto__',
  'constructor',
  'NaN',
  '-1',
  '1e309',
  '999999999999999',
  '9223372036854775808',
  '2024-02-30',
  '𝒳'.repeat(60),
  'eyJhIjoxfQ',
  Buffer.from('["[]",null]').toString('base64url'),
  Buffer.from('["[]","x"]').toString('base64url'),
  Buffer.from('["[]",1e300]').toString('base64url'),
  Buffer.from('["[[\\"since\\",0]]","x"]').toString('base64url'),
  Buffer.from('["[[\\"since\\",0]]",-1.5]').toString('base64url'),
]

const anyText = () =>
  fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...known) },
    { weight: 2, arbitrary: fc.constantFrom(...NASTY) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
  )

/** Values that a schema takes, mostly. */
function valueOf(schema: Schema, depth = 0): fc.Arbitrary<unknown> {
  const wild = fc.oneof(anyText(), fc.jsonValue({ maxDepth: 2 }))
  if (depth > 4) return wild
  return fc.oneof(
    { weight: 19, arbitrary: fittingOf(schema, depth) },
    { weight: 1, arbitrary: wild },
  )
}

function fittingOf(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) {
    return fittingOf(components[schema.$ref.split('/').at(-1)!]!, depth)
  }
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum)
  if (schema.anyOf !== undefined) {
    return fc.oneof(...schema.anyOf.map(one => valueOf(one, depth + 1)))
  }
  switch (schema.type ?? 'any') {
    case 'object':
      return objectOf(schema, depth)
    case 'array':
      return fc.array(valueOf(schema.items ?? {}, depth + 1), { maxLength: 4 })
    case 'string':
      // Patterns of this text are of numbers, nearly all.
      if (schema.pattern === undefined) return anyText()
      return fc.oneof({ weight: 4, arbitrary: fc.nat(5000).map(String) }, anyText())
    case 'number':
      return fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer())
    case 'integer':
      return fc.integer()
    case 'boolean':
      return fc.boolean()
    default:
      return fc.jsonValue({ maxDepth: 3 })
  }
}

function objectOf(schema: Schema, depth: number): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties } = schema
  const fields = Object.fromEntries(
    Object.entries(properties).map(([name, one]) => [name, valueOf(one, depth + 1)]),
  )
  const own = fc.record(fields, { requiredKeys: required.filter(name => name in fields) })
  if (typeof additionalProperties !== 'object') return own
  const more = fc.dictionary(anyText(), valueOf(additionalProperties, depth + 1), { maxKeys: 3 })
  return fc.tuple(own, more).map(([a, b]) => ({ ...b, ...a }))
}

/** Requests of a route. */
function requestOf(path: string, { parameters = [], requestBody }: Operation): fc.Arbitrary<Asked> {
  const named = (place: string) =>
    Object.fromEntries(
      parameters
        .filter(parameter => parameter.in === place)
        .map(({ name, schema }) => [name, valueOf(schema)]),
    )
  const body = requestBody?.content['application/json'].schema
  return fc
    .record({
      path: fc.record(named('path')),
      query: fc.record(named('query'), { requiredKeys: [] }),
      stray: fc.oneof(
        { weight: 9, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.tuple(anyText(), anyText()) },
      ),
      headers: fc.record(
        { 'idempotency-key': fc.uuid(), 'if-match': fc.constantFrom('*', '"x"', '') },
        { requiredKeys: [] },
      ),
      body: body === undefined ? fc.constant(undefined) : valueOf(body),
    })
    .map(({ path: ids, query, stray, headers, body: sent }) => ({
      url: `${path.replace(/\{(\w+)\}/g, (_, name: string) => encoded(ids[name]))}?${[
        ...Object.entries(query),
        ...(stray === null ? [] : [stray]),
      ]
        .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
        .join('&')}`,
      headers: headers,
      body: sent,
    }))
}

function encoded(value: unknown): string {
  const text = String(typeof value === 'object' ? JSON.stringify(value) : value)
  // What is no character cannot be written in an address.
  return encodeURIComponent(Buffer.from(text).toString())
}

/** What must stand in no answer and in no line of the log. */
function leaks(text: string): string[] {
  const paths = [REPOSITORY, folder, tmpdir(), homedir(), 'node_modules']
  const secrets = keys.map(key => key.split('_').slice(2).join('_'))
  const found = [...paths, ...secrets].filter(one => one.length > 3 && text.includes(one))
  return /\n\s+at \w|postgres:\/\//.test(text) ? [...found, 'a stack'] : found
}

describe('whatever is asked', () => {
  it.each(['read', 'admin'] as const)(
    'as %s is answered, without a failure of the server and without a leak',
    async scope => {
      let key = await house.key({ scope })
      keys.push(key)
      const statuses = new Map<string, Set<number>>()
      for (const [method, path, operation] of routes) {
        await fc.assert(
          fc.asyncProperty(requestOf(path, operation), async asked => {
            const answer = await house.ask(method, asked.url, {
              key,
              headers: {
                ...asked.headers,
                ...(asked.body !== undefined && { 'content-type': 'application/json' }),
              },
              body: asked.body === undefined ? undefined : JSON.stringify(asked.body),
            })
            const { statusCode, body } = answer
            const seen = statuses.get(path) ?? new Set()
            statuses.set(path, seen.add(statusCode))
            // A key may have taken itself back.
            if (statusCode === 401) {
              key = await house.key({ scope })
              keys.push(key)
            }
            expect(statusCode, `${method} ${asked.url}: ${body}`).toBeLessThan(500)
            if (path !== '/v1/keys') expect(leaks(body), `${method} ${asked.url}`).toEqual([])
            if (statusCode >= 400) {
              expect(answer.json()).toMatchObject({ status: statusCode })
              expect(answer.headers['content-type']).toContain('application/problem+json')
            }
          }),
          { numRuns: RUNS, endOnFailure: true },
        )
      }
      expect(leaks(house.log.join('\n'))).toEqual([])
      const good = [...statuses].filter(([, seen]) => [...seen].some(status => status < 300))
      expect(good.length, 'many requests get through').toBeGreaterThan(routes.length / 3)
    },
    180_000,
  )

  it('of a body that is nested without end, it is refused', async () => {
    const key = await house.key()
    const deep = `{"risk":${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}}`
    const headers = { 'content-type': 'application/json', 'if-match': '*' }
    const answer = await house.ask('PUT', '/v1/settings/SYNTH-USDC', { key, headers, body: deep })
    expect(answer.json()).toMatchObject({ status: 400, code: 'BAD_REQUEST' })
  })
})
