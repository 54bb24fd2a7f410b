import { z } from 'zod'
import type { FastifyRequest } from 'fastify'
import type { Routes } from '../../api.js'
import { ApiError } from '../../problem.js'
import type { StreamRange } from '../../stream/event-streams.js'
import type { Socket } from '../../stream/socket-client.js'
import { sessionIdMeant } from './events.js'

const query = z.strictObject({
  since: z
    .string()
    .regex(/^\d{1,15}$/, 'must be the number of an event')
    .transform(Number)
    .optional(),
  session: z.string().max(100).optional(),
  type: z.string().max(100).optional(),
})

/** Events as messages of a WebSocket, each a line of JSON as the stream has it. */
export const socketRoutes: Routes = (api, { workspace, streams }) => {
  /** What is wrong is told before there is a socket, as a problem. */
  const ranges = new WeakMap<FastifyRequest, StreamRange>()
  api.get(
    '/v1/ws',
    {
      websocket: true,
      config: { access: { scope: 'read', cost: 10 } },
      schema: { hide: true, querystring: query },
      preHandler: async request => {
        if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
          throw new ApiError('BAD_REQUEST', 'this address takes a WebSocket alone', {
            hint: 'GET /v1/events with Accept: text/event-stream gives the same without one',
          })
        }
        const { since, session, type } = request.query
        const sessionId = await sessionIdMeant(workspace, session)
        const range = { sessionId, type, after: since ?? null }
        await streams.admit(request.caller!.keyId, range)
        ranges.set(request, range)
      },
    },
    (socket: Socket, request) =>
      streams.sendMessages(socket, request.caller!.keyId, ranges.get(request)!),
  )
}
