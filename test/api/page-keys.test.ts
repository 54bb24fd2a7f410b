import { afterAll, beforeAll, expect, it } from 'vitest'
import { openApi, type ApiHouse } from './api-house.js'

let house: ApiHouse
beforeAll(async () => {
  house = await openApi()
})
afterAll(() => house.close())

it('a link lets its page in once, with its scope, for twelve hours', async () => {
  const body = { code: house.desk.links.issue('trade') }
  const made = await house.ask('POST', '/v1/page-keys', { body })
  expect(made.statusCode).toBe(201)
  const { key } = made.json<{ key: string }>()
  const me = await house.ask('GET', '/v1/me', { key })
  expect(me.json()).toMatchObject({ scope: 'trade', name: 'dashboard' })
  const again = await house.ask('POST', '/v1/page-keys', { body })
  expect(again.json()).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' })
  const [listed] = await (await house.workspace.keys()).list()
  expect(listed!.expiresAt! - listed!.createdAt).toBe(12 * 3_600_000)
})

it('a code that nobody issued lets nobody in', async () => {
  const keys = await house.workspace.keys()
  const before = (await keys.list()).length
  const answer = await house.ask('POST', '/v1/page-keys', { body: { code: 'guessed' } })
  expect(answer.statusCode).toBe(401)
  expect(await keys.list()).toHaveLength(before)
})
