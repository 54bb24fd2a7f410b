import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { allows, SCOPES } from '../../src/core/ports/server/keys.js'
import type { Access } from '../../src/api/api.js'
import { openApi, type ApiHouse } from './api-house.js'

let house: ApiHouse
const keys: Record<string, string> = {}

beforeAll(async () => {
  house = await openApi()
  for (const scope of SCOPES) keys[scope] = await house.key({ scope })
  keys['expired'] = await house.key({ expires: '1m' })
  keys['revoked'] = await house.key()
  const id = keys['revoked'].split('_')[1]!
  await house.ask('DELETE', `/v1/keys/${id}`, { key: keys['admin'] })
  const old = keys['expired'].split('_')[1]!
  await (
    await house.workspace.database()
  ).query("update api_keys set expires_at = now() - interval '1 minute' where key_id = $1", [old])
  keys['wrong'] = `${keys['read']!.slice(0, -1)}${keys['read']!.endsWith('A') ? 'B' : 'A'}`
  keys['unknown'] = keys['read']!.replace(/_[a-z0-9]{10}_/, '_aaaaaaaaaa_')
  keys['no key at all'] = 'hunter2'
})
afterAll(() => house.close())

/** All routes of the server with their rules, as it has them. */
function routes(): { method: 'GET'; url: string; access: Access }[] {
  return [...house.api.rules]
    .filter(([name]) => !name.startsWith('HEAD '))
    .map(([name, access]) => {
      const [method, url] = name.split(' ') as ['GET', string]
      return { method, url: url.replace(/:\w+/g, 'nothing'), access }
    })
}

describe('a key', () => {
  it('of each scope opens what its scope may do, and nothing more', async () => {
    expect(routes().length).toBeGreaterThan(9)
    for (const { method, url, access } of routes()) {
      for (const scope of SCOPES) {
        const { statusCode } = await house.ask(method, url, { key: keys[scope] })
        const isOpen = access.scope === 'open' || allows(scope, access.scope)
        if (isOpen)
          expect([401, 403, 500], `${method} ${url} as ${scope}`).not.toContain(statusCode)
        else expect(statusCode, `${method} ${url} as ${scope}`).toBe(403)
      }
    }
  })

  it.each(['wrong', 'unknown', 'expired', 'revoked', 'no key at all', undefined])(
    'that is %s opens what is open alone',
    async kind => {
      for (const { method, url, access } of routes()) {
        const key = kind === undefined ? undefined : keys[kind]
        const answer = await house.ask(method, url, { key })
        if (access.scope === 'open') expect(answer.statusCode).not.toBe(401)
        // An address that shows many wrong keys is slowed.
        else expect([401, 429], `${method} ${url}`).toContain(answer.statusCode)
      }
    },
  )

  it('is told from another by its secret, not by its id', async () => {
    const fresh = await openApi()
    const key = await fresh.key()
    const wrong = `${key.slice(0, -2)}__`
    expect((await fresh.ask('GET', '/v1/me', { key: wrong })).json()).toMatchObject({
      status: 401,
      code: 'UNAUTHENTICATED',
      detail: 'the key is not known here',
    })
    expect((await fresh.ask('GET', '/v1/me', { key })).json()).toMatchObject({ scope: 'admin' })
    await fresh.close()
  })
})

/** A cursor of the audit log in which the number was replaced. */
const EDITED = `/v1/audit?cursor=${Buffer.from('["[[\\"since\\",0]]","x"]').toString('base64url')}`

describe('a request', () => {
  it('for another name, or from a page of another site, is refused', async () => {
    const key = keys['admin']
    const foreign = await house.ask('GET', '/v1/me', { key, headers: { host: 'evil.example' } })
    expect(foreign.json()).toMatchObject({ status: 421, code: 'WRONG_HOST' })
    const page = await house.ask('GET', '/v1/me', {
      key,
      headers: { origin: 'https://evil.example' },
    })
    expect(page.json()).toMatchObject({ status: 403 })
    const own = await house.ask('GET', '/v1/me', {
      key,
      headers: { origin: 'http://localhost:4600' },
    })
    expect(own.statusCode).toBe(200)
  })

  it('beyond the limit of its key waits, and others do not', async () => {
    const small = await openApi({ perSecond: 3 })
    const [key, other] = [await small.key(), await small.key()]
    const codes: number[] = []
    for (let k = 0; k < 7; k++) codes.push((await small.ask('GET', '/v1/me', { key })).statusCode)
    expect(codes).toEqual([200, 200, 200, 200, 200, 200, 429])
    const last = await small.ask('GET', '/v1/me', { key })
    expect(last.headers).toMatchObject({ 'ratelimit-policy': '"key";q=6;w=2' })
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0)
    expect((await small.ask('GET', '/v1/me', { key: other })).statusCode).toBe(200)
    await small.close()
  })

  it('with many wrong keys is slowed, and right keys are not', async () => {
    const own = await openApi()
    const key = await own.key()
    const codes = new Set<number>()
    for (let k = 0; k < 12; k++) {
      codes.add((await own.ask('GET', '/v1/me', { key: 'assay_wrong' })).statusCode)
    }
    expect([...codes]).toEqual([401, 429])
    expect((await own.ask('GET', '/v1/me', { key })).statusCode).toBe(200)
    await own.close()
  })

  it.each([
    ['no JSON', 'POST', '/v1/keys', '{', 400, 'BAD_REQUEST'],
    ['an empty body', 'POST', '/v1/keys', '', 400, 'BAD_REQUEST'],
    ['an unknown field', 'POST', '/v1/keys', '{"scope":"read","x":1}', 400, 'BAD_REQUEST'],
    ['a prototype', 'POST', '/v1/keys', '{"__proto__":{"scope":"admin"}}', 400, 'BAD_REQUEST'],
    ['a body too large', 'POST', '/v1/keys', `"${'x'.repeat(300_000)}"`, 413, 'BODY_TOO_LARGE'],
    ['an unknown address', 'GET', '/v1/nothing', undefined, 404, 'NOT_FOUND'],
    ['an unknown method', 'PUT', '/v1/keys', '{}', 405, 'METHOD_NOT_ALLOWED'],
    ['an address that cannot be decoded', 'GET', '/v1/jobs/%zz', undefined, 400, 'BAD_REQUEST'],
    ['a long id', 'GET', `/v1/jobs/${'a'.repeat(500)}`, undefined, 414, 'ADDRESS_TOO_LONG'],
    ['a way out of a folder', 'GET', '/v1/jobs/..%2f..%2fetc', undefined, 404, 'UNKNOWN_JOB'],
    ['a bad limit', 'GET', '/v1/keys?limit=0', undefined, 400, 'BAD_REQUEST'],
    ['a cursor of its own', 'GET', '/v1/keys?cursor=eA', undefined, 400, 'BAD_REQUEST'],
    ['an edited cursor', 'GET', EDITED, undefined, 400, 'BAD_REQUEST'],
    [
      'half a character',
      'POST',
      '/v1/keys',
      '{"scope":"read","name":"\\ud800"}',
      400,
      'BAD_REQUEST',
    ],
    ['NUL', 'GET', '/v1/jobs/%00', undefined, 400, 'BAD_REQUEST'],
    ['another method for an id', 'PUT', '/v1/jobs/some', '{}', 405, 'METHOD_NOT_ALLOWED'],
    ['a doubled parameter', 'GET', '/v1/keys?limit=1&limit=2', undefined, 400, 'BAD_REQUEST'],
  ] as const)('with %s is a problem', async (_, method, url, body, status, code) => {
    const answer = await house.ask(method, url, {
      key: keys['admin'],
      body,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' } }),
    })
    expect(answer.headers['content-type']).toContain('application/problem+json')
    expect(answer.json()).toMatchObject({ status, code })
    expect(answer.statusCode).toBe(status)
  })

  it('with a form is refused', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const answer = await house.ask('POST', '/v1/keys', { key: keys['admin'], body: 'a=b', headers })
    expect(answer.json()).toMatchObject({ status: 415, code: 'MEDIA_TYPE' })
  })

  it('leaves no secret in the log', () => {
    const text = house.log.join('\n')
    for (const key of Object.values(keys)) expect(text).not.toContain(key.split('_').at(-1))
  })
})
