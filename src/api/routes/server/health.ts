import { z } from 'zod'
import { formatTime } from '../../../core/candles/time.js'
import { ENGINE_VERSION } from '../../../core/version.js'
import { SCOPES } from '../../../core/ports/server/keys.js'
import type { Routes } from '../../api.js'
import { problems } from '../../schemas/problem.js'

/** A database that says nothing for so long is not ready. */
const DATABASE_MS = 1_000

/** Whether the server lives, whether it can work, and who asks. */
export const healthRoutes: Routes = (api, { workspace, clock }) => {
  api.get(
    '/health',
    {
      config: { access: { scope: 'open', cost: 0 } },
      schema: {
        summary: 'Whether the process lives, and nothing else',
        tags: ['health'],
        security: [],
        response: { 200: z.strictObject({ status: z.literal('ok') }), ...problems },
      },
    },
    () => ({ status: 'ok' as const }),
  )
  api.get(
    '/ready',
    {
      config: { access: { scope: 'read', cost: 1 } },
      schema: {
        summary: 'Whether the database, and Redis where there is one, answer',
        tags: ['health'],
        response: {
          200: z.strictObject({ status: z.literal('ready'), store: z.string(), state: z.string() }),
          ...problems,
        },
      },
    },
    async () => {
      await (await workspace.database()).within(DATABASE_MS).query('select 1')
      const state = await workspace.state()
      await state.keys('settings:')
      return {
        status: 'ready' as const,
        store: workspace.home.databaseUrl === null ? 'the embedded database' : 'PostgreSQL',
        state: state.name,
      }
    },
  )
  api.get(
    '/v1/me',
    {
      config: { access: { scope: 'read', cost: 1 } },
      schema: {
        summary: 'The key that asks, and the time and version of the server',
        tags: ['health'],
        response: {
          200: z.strictObject({
            key_id: z.string(),
            name: z.string(),
            scope: z.enum(SCOPES),
            time: z.string(),
            version: z.string(),
          }),
          ...problems,
        },
      },
    },
    ({ caller }) => ({
      key_id: caller!.keyId,
      name: caller!.name,
      scope: caller!.scope,
      time: formatTime(clock.now()),
      version: ENGINE_VERSION,
    }),
  )
}
