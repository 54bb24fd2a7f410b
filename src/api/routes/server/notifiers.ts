import { z } from 'zod'
import { formatTimeOrNull } from '../../../core/candles/time.js'
import type { ChannelState } from '../../../core/ports/trading/channels.js'
import type { Routes } from '../../api.js'
import { pageInMemory, pageOf, pageQuery } from '../../schemas/page.js'
import { problems } from '../../schemas/problem.js'

const SESSIONS_MAX = 1_000

const time = z.string().nullable()

const notifier = z
  .strictObject({
    session_id: z.string(),
    /** Its name in the configuration file. */
    channel: z.string(),
    type: z.string(),
    /** Which events go there. */
    kinds: z.array(z.string()),
    /** `unused` before the first message. */
    state: z.enum(['works', 'fails', 'unused']),
    sent: z.int(),
    failed: z.int(),
    waiting: z.int(),
    sent_at: time,
    failed_at: time,
    /** Why the last try failed; null where it did not. */
    problem: z.string().nullable(),
  })
  .meta({ id: 'Notifier' })

/** Whether people are told of what happens in sessions. */
export const notifierRoutes: Routes = (api, { workspace }) => {
  api.get(
    '/v1/notifiers',
    {
      config: { access: { scope: 'read', cost: 1 } },
      schema: {
        summary: 'Channels over which sessions that run tell people, and how they fare',
        tags: ['trading'],
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(notifier), ...problems },
      },
    },
    async ({ query: { cursor, limit } }) => {
      const running = await (await workspace.sessions()).list(SESSIONS_MAX, 'running')
      const channels = await workspace.channelStates()
      const all = await channels.of(running.map(({ sessionId }) => sessionId))
      const keyOf = (one: { sessionId: string; channel: string }): string =>
        `${one.sessionId} ${one.channel}`
      const page = pageInMemory(all, { cursor, limit, filter: {}, keyOf })
      return { items: page.items.map(shown), next: page.next }
    },
  )
}

function shown({
  sessionId,
  sentAt,
  failedAt,
  ...state
}: ChannelState & { readonly sessionId: string }): z.input<typeof notifier> {
  const isUnused = sentAt === null && failedAt === null
  return {
    session_id: sessionId,
    ...state,
    kinds: [...state.kinds],
    state: isUnused ? 'unused' : state.problem === null ? 'works' : 'fails',
    sent_at: formatTimeOrNull(sentAt),
    failed_at: formatTimeOrNull(failedAt),
  }
}
