import { z } from 'zod'
import { makeKey } from '../../../app/keys/keys.js'
import type { Routes } from '../../api.js'
import { ApiError } from '../../problem.js'
import { problems } from '../../schemas/problem.js'

/** A page that was opened by a link is let in for so long. */
const LIFE = '12h'

/** The key of a page that was opened by the link which the server printed: good once, and soon. */
export const pageKeyRoutes: Routes = (api, { workspace, clock, links }) => {
  api.post(
    '/v1/page-keys',
    {
      config: { access: { scope: 'open', cost: 1 } },
      schema: {
        summary: 'Exchange the code of a one-time link for a key',
        tags: ['keys'],
        security: [],
        body: z.strictObject({ code: z.string().min(1).max(100) }),
        response: { 201: z.strictObject({ key: z.string() }), ...problems },
      },
    },
    async ({ body: { code } }, reply) => {
      const scope = links.take(code)
      if (scope === null) {
        throw new ApiError('UNAUTHENTICATED', 'this link was used before, or is too old', {
          hint: 'start the server again for a new one, or make a key: assay keys create',
        })
      }
      const act = { actor: 'link', at: clock.now() }
      const wanted = { scope, name: 'dashboard', expires: LIFE }
      const { text } = await makeKey(workspace, wanted, act)
      return reply.code(201).send({ key: text })
    },
  )
}
