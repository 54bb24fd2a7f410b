import { z } from 'zod'
import { keyJson, makeKey, revokeKey } from '../../../app/keys/keys.js'
import { SCOPES } from '../../../core/ports/server/keys.js'
import type { Routes } from '../../api.js'
import { actorOf } from '../../guard/actor.js'
import { pageInMemory, pageOf, pageQuery } from '../../schemas/page.js'
import { problems } from '../../schemas/problem.js'

const time = z.string().nullable()

const apiKey = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    scope: z.enum(SCOPES),
    state: z.enum(['valid', 'expired', 'revoked']),
    created_at: z.string(),
    expires_at: time,
    revoked_at: time,
    used_at: time,
    parent_id: z.string().nullable(),
  })
  .meta({ id: 'ApiKey' })

const wanted = z.strictObject({
  scope: z.enum(SCOPES),
  name: z.string().max(64).optional(),
  expires: z.string().max(10).optional(),
})

const made = z
  .strictObject({
    key: z.string(),
    id: z.string(),
    name: z.string(),
    scope: z.enum(SCOPES),
    expires_at: time,
  })
  .meta({ id: 'MadeKey' })

/** Keys of the API: who may call it. */
export const keyRoutes: Routes = (api, { workspace, clock, keyRing }) => {
  api.get(
    '/v1/keys',
    {
      config: { access: { scope: 'admin', cost: 5 } },
      schema: {
        summary: 'Keys, newest first',
        tags: ['keys'],
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(apiKey), ...problems },
      },
    },
    async ({ query: { cursor, limit } }) => {
      const all = await (await workspace.keys()).list()
      const page = pageInMemory(all, { cursor, limit, filter: {}, keyOf: ({ keyId }) => keyId })
      return { ...page, items: page.items.map(key => apiKey.parse(keyJson(key, clock.now()))) }
    },
  )
  api.post(
    '/v1/keys',
    {
      config: { access: { scope: 'admin', cost: 5 } },
      schema: {
        summary: 'Make a key; it is shown this once',
        tags: ['keys'],
        body: wanted,
        response: { 201: made, ...problems },
      },
    },
    async (request, reply) => {
      const act = { actor: actorOf(request), at: clock.now() }
      const { key, text } = await makeKey(workspace, request.body, act)
      const { id, name, scope, expires_at } = apiKey.parse(keyJson(key, clock.now()))
      return reply.code(201).send({ key: text, id, name, scope, expires_at })
    },
  )
  api.delete(
    '/v1/keys/:id',
    {
      config: { access: { scope: 'admin', cost: 5 } },
      schema: {
        summary: 'Revoke a key, with those made from it',
        tags: ['keys'],
        params: z.strictObject({ id: z.string() }),
        response: { 200: apiKey, ...problems },
      },
    },
    async request => {
      const act = { actor: actorOf(request), at: clock.now() }
      const key = await revokeKey(workspace, request.params.id, act)
      keyRing.forget()
      return apiKey.parse(keyJson(key, clock.now()))
    },
  )
}
