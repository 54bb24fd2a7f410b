import { z } from 'zod'
import { findSession } from '../../../app/live/session/session-lookup.js'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Workspace } from '../../../app/workspace/compose.js'
import type { Api, Desk, Routes } from '../../api.js'
import { ApiError } from '../../problem.js'
import { pageQuery } from '../../schemas/page.js'
import { problems } from '../../schemas/problem.js'
import { feedEventJson } from '../../stream/event-hub.js'
import type { StreamRange } from '../../stream/event-streams.js'

const event = z
  .strictObject({
    /** Its place among the events of all sessions. */
    seq: z.int(),
    session_id: z.string(),
    /** Its place in the session. */
    session_seq: z.int(),
    time: z.string(),
    type: z.string(),
    /** What it says, for people; null where it says nothing that others do not. */
    text: z.string().nullable(),
    payload: z.unknown(),
  })
  .meta({ id: 'Event' })

const number = z
  .string()
  .regex(/^\d{1,15}$/, 'must be the number of an event')
  .transform(Number)

const query = z.strictObject({
  /** Events after this number; for a stream, those from now on where it is left out. */
  since: number.optional(),
  session: z.string().max(100).optional(),
  type: z.string().max(100).optional(),
  limit: pageQuery.limit,
  /** `next` of the page before. */
  cursor: number.optional(),
})

/** What happened in sessions, as pages or as a stream. */
export const eventRoutes: Routes = (api: Api, desk: Desk) => {
  api.get(
    '/v1/events/last',
    {
      config: { access: { scope: 'read', cost: 1 } },
      schema: {
        summary: 'The number of the last event; 0 for none',
        tags: ['events'],
        response: { 200: z.strictObject({ last: z.int() }), ...problems },
      },
    },
    async () => ({ last: await (await desk.workspace.eventFeed()).advance() }),
  )
  api.get(
    '/v1/events',
    {
      config: { access: { scope: 'read', cost: 2, reads: { 'Last-Event-ID': 'optional' } } },
      schema: {
        summary: 'Events of sessions in order; with Accept: text/event-stream as they come',
        description:
          'A stream gives each event with its number as id; Last-Event-ID goes on after one.',
        tags: ['events'],
        querystring: query,
        response: {
          200: {
            description: 'A page of events, or a stream of them',
            content: {
              'application/json': {
                schema: z.strictObject({ items: z.array(event), next: z.string().nullable() }),
              },
              'text/event-stream': { schema: z.string() },
            },
          },
          ...problems,
        },
      },
    },
    async (request, reply) => {
      const { since, session, type, limit, cursor } = request.query
      const sessionId = await sessionIdMeant(desk.workspace, session)
      if (isStream(request))
        return stream(desk, request, reply, { sessionId, type, after: since ?? null })
      const feed = await desk.workspace.eventFeed()
      await feed.advance()
      const after = cursor ?? since ?? 0
      const found = await feed.read({ after, limit: limit + 1, sessionId, type })
      const items = found.slice(0, limit)
      const next = found.length > limit ? String(items.at(-1)!.number) : null
      return { items: items.map(feedEventJson), next }
    },
  )
}

/** The session that a stream or a page is of; undefined for all. @throws AppError UNKNOWN_SESSION */
export async function sessionIdMeant(
  workspace: Workspace,
  session: string | undefined,
): Promise<string | undefined> {
  if (session === undefined) return undefined
  return (await findSession(await workspace.sessions(), session)).record.sessionId
}

function isStream({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes('text/event-stream') ?? false
}

async function stream(
  { streams }: Desk,
  request: FastifyRequest,
  reply: FastifyReply,
  range: StreamRange,
): Promise<never> {
  const last = request.headers['last-event-id']
  if (last !== undefined && !/^\d{1,15}$/.test(String(last))) {
    throw new ApiError(
      'BAD_REQUEST',
      `Last-Event-ID "${String(last)}" is not the number of an event`,
    )
  }
  const { keyId } = request.caller!
  const meant = { ...range, after: last === undefined ? range.after : Number(last) }
  await streams.admit(keyId, meant)
  await streams.sendEvents(reply, keyId, meant)
  return reply as never
}
