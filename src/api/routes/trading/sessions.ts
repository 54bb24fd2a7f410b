import { z } from 'zod'
import { commandJson } from '../../../app/live/session/session-list.js'
import {
  askSession,
  SESSION_COMMANDS,
  type SessionCommandName,
} from '../../../app/live/session/session-control.js'
import { findSession } from '../../../app/live/session/session-lookup.js'
import { statusJson } from '../../../app/live/session/session-status.js'
import { formatTime } from '../../../core/candles/time.js'
import { AppError } from '../../../core/errors.js'
import type { Api, Desk, Routes } from '../../api.js'
import { actorOf } from '../../guard/actor.js'
import { once } from '../../guard/idempotency.js'
import { pageInMemory, pageOf, pageQuery, queryInteger } from '../../schemas/page.js'
import { problems } from '../../schemas/problem.js'
import { commandSchema, sessionSchema } from '../../schemas/session.js'

const SESSIONS_MAX = 10_000
const MARKS_MAX = 20_000

const byId = z.strictObject({ id: z.string() })
const NAMES = Object.keys(SESSION_COMMANDS) as [SessionCommandName, ...SessionCommandName[]]

const ordered = z
  .strictObject({
    name: z.enum(NAMES),
    /** Of `reduce`: the share that goes, above 0 to 1. */
    share: z.number().gt(0).max(1).optional(),
    /** Of `flatten` and `reduce`: one leg alone. */
    symbol: z.string().max(100).optional(),
    strategy: z.string().max(200).optional(),
  })
  .meta({ id: 'CommandRequest' })

const equity = z
  .strictObject({
    session_id: z.string(),
    /** UTC milliseconds and quote currency, at closes; thinned out to `points`. */
    items: z.array(z.tuple([z.number(), z.number()])),
    next: z.null(),
  })
  .meta({ id: 'Equity' })

/** Paper and live sessions: how they stand, and what is ordered of them. */
export const sessionRoutes: Routes = (api, desk) => {
  readSessions(api, desk)
  readEquity(api, desk)
  commandSessions(api, desk)
}

function readSessions(api: Api, { workspace, clock }: Desk): void {
  api.get(
    '/v1/sessions',
    {
      config: { access: { scope: 'read', cost: 1 } },
      schema: {
        summary: 'Sessions, newest first; with state=running those that have not ended',
        tags: ['trading'],
        querystring: z.strictObject({
          ...pageQuery,
          state: z.enum(['running', 'finished', 'stopped', 'failed']).optional(),
        }),
        response: { 200: pageOf(sessionSchema), ...problems },
      },
    },
    async ({ query: { cursor, limit, state } }) => {
      const meant = await (await workspace.sessions()).list(SESSIONS_MAX, state)
      const keyOf = ({ sessionId }: { sessionId: string }): string => sessionId
      const page = pageInMemory(meant, { cursor, limit, filter: { state }, keyOf })
      const now = clock.now()
      const items = page.items.map(one => sessionSchema.parse(statusJson(one, now)))
      return { items, next: page.next }
    },
  )
  api.get(
    '/v1/sessions/:id',
    {
      config: { access: { scope: 'read', cost: 1 } },
      schema: {
        summary: 'A session',
        tags: ['trading'],
        params: byId,
        response: { 200: sessionSchema, ...problems },
      },
    },
    async ({ params: { id } }) => {
      const { record } = await findSession(await workspace.sessions(), id)
      return sessionSchema.parse(statusJson(record, clock.now()))
    },
  )
}

function readEquity(api: Api, { workspace }: Desk): void {
  api.get(
    '/v1/sessions/:id/equity',
    {
      config: { access: { scope: 'read', cost: 2 } },
      schema: {
        summary: 'What a session was worth at closes',
        tags: ['trading'],
        params: byId,
        querystring: z.strictObject({
          points: queryInteger({ min: 2, max: MARKS_MAX }).default(2000),
        }),
        response: { 200: equity, ...problems },
      },
    },
    async ({ params: { id }, query: { points } }) => {
      const store = await workspace.sessions()
      const { sessionId } = (await findSession(store, id)).record
      const marks = await store.marks(sessionId)
      const step = Math.ceil(marks.length / points)
      const items = marks
        .filter((_, k) => k % step === 0 || k === marks.length - 1)
        .map(({ time, equity: value }): [number, number] => [time, value])
      return { session_id: sessionId, items, next: null }
    },
  )
}

function commandSessions(api: Api, desk: Desk): void {
  const { workspace, clock } = desk
  api.post(
    '/v1/sessions/:id/commands',
    {
      // A kill must not wait for a limit.
      config: {
        access: {
          scope: 'trade',
          cost: 0,
          reads: { 'Idempotency-Key': 'required' },
          gives: ['Location'],
        },
      },
      schema: {
        summary: 'Order something of a session: pause, resume, reduce, flatten, kill, stop',
        description: 'It takes Idempotency-Key. The session takes it before its next candle.',
        tags: ['trading'],
        params: byId,
        body: ordered,
        response: { 202: commandSchema, ...problems },
      },
    },
    (request, reply) =>
      once(
        desk,
        request,
        reply,
        async requestId => {
          const { name, ...options } = request.body
          const session = request.params.id
          const actor = actorOf(request)
          const ordering = { clock, actor, requestId }
          const {
            id,
            session: record,
            command,
          } = await askSession(workspace, name, { ...options, session }, ordering)
          const { sessionId } = record
          const at = clock.now()
          const payload = { actor, session_id: sessionId, command, command_id: id }
          // Asked again after its server died, the line may stand already.
          const once = id === null ? undefined : 'command_id'
          const audit = await workspace.audit()
          await audit.append({ time: at, type: 'session.commanded', payload }, once)
          reply.code(202)
          if (id === null) return ended(sessionId, { command, actor, at })
          reply.header('location', `/v1/sessions/${sessionId}/commands/${id}`)
          return shownCommand(desk, sessionId, id)
        },
        { isRequired: true },
      ),
  )
  readCommands(api, desk)
}

function readCommands(api: Api, desk: Desk): void {
  const { workspace } = desk
  api.get(
    '/v1/sessions/:id/commands',
    {
      config: { access: { scope: 'read', cost: 1 } },
      schema: {
        summary: 'What was ordered of a session, newest first',
        tags: ['trading'],
        params: byId,
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(commandSchema), ...problems },
      },
    },
    async ({ params: { id }, query: { cursor, limit } }) => {
      const store = await workspace.sessions()
      const { sessionId } = (await findSession(store, id)).record
      const all = await store.commands(sessionId)
      const keyOf = (one: { id: number }): string => String(one.id)
      const page = pageInMemory(all, { cursor, limit, filter: { sessionId }, keyOf })
      const items = page.items.map(one => commandSchema.parse(commandJson(one)))
      return { items, next: page.next }
    },
  )
  api.get(
    '/v1/sessions/:id/commands/:command',
    {
      config: { access: { scope: 'read', cost: 1 } },
      schema: {
        summary: 'A command, and what became of it',
        tags: ['trading'],
        params: z.strictObject({ id: z.string(), command: z.string().regex(/^\d{1,15}$/) }),
        response: { 200: commandSchema, ...problems },
      },
    },
    async ({ params: { id, command } }) => {
      const store = await workspace.sessions()
      const { sessionId } = (await findSession(store, id)).record
      return shownCommand(desk, sessionId, Number(command))
    },
  )
}

async function shownCommand(
  { workspace }: Desk,
  sessionId: string,
  id: number,
): Promise<z.input<typeof commandSchema>> {
  const found = await (await workspace.sessions()).command(id)
  if (found?.sessionId === sessionId) return commandSchema.parse(commandJson(found))
  throw new AppError('UNKNOWN_SESSION', `session ${sessionId} has no command ${id}`, {
    hint: `GET /v1/sessions/${sessionId}/commands lists them`,
  })
}

/** A session that nobody ran was ended from here: there is no command to follow. */
function ended(
  sessionId: string,
  { command, actor, at }: { command: Readonly<Record<string, unknown>>; actor: string; at: number },
): z.input<typeof commandSchema> {
  const time = formatTime(at)
  return {
    id: 0,
    session_id: sessionId,
    command,
    actor,
    asked_at: time,
    taken_at: time,
    outcome: 'done',
  }
}
