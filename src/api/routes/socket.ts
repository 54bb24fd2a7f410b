import { z } from 'zod'
import { feedEventJson, type SentEvent } from '../stream/event-hub.js'
import { SocketClient, type Socket } from '../stream/socket-client.js'
import type { Routes } from '../api.js'

const PAGE = 1000

const query = z.strictObject({
  since: z
    .string()
    .regex(/^\d{1,15}$/)
    .transform(Number)
    .optional(),
  session: z.string().max(100).optional(),
  type: z.string().max(100).optional(),
})

/** Events as messages of a WebSocket, each a line of JSON as the stream has it. */
export const socketRoutes: Routes = (api, { workspace, keyRing, hub }) => {
  api.get(
    '/v1/ws',
    {
      websocket: true,
      config: { access: { scope: 'read', cost: 10 } },
      schema: { hide: true, querystring: query },
    },
    async (socket: Socket, request) => {
      const { since, session: sessionId, type } = request.query
      const { keyId } = request.caller!
      const client = new SocketClient(socket, { sessionId, type }, () => keyRing.isValid(keyId))
      let early: SentEvent[] | null = []
      const { after: until, end } = await hub.listen(events => {
        if (early === null) client.send(events)
        else early.push(...events)
      })
      socket.on('close', end)
      socket.on('message', () => client.end(1008, 'this socket takes no messages'))
      if (since !== undefined) {
        const feed = await workspace.eventFeed()
        for (let after = since; after < until;) {
          const found = await feed.read({ after, limit: PAGE, sessionId, type })
          const within = found.filter(({ number }) => number <= until)
          client.send(within.map(event => ({ event, json: JSON.stringify(feedEventJson(event)) })))
          if (within.length < PAGE) break
          after = within.at(-1)!.number
        }
      }
      const missed: SentEvent[] = early
      early = null
      client.send(missed)
    },
  )
}
