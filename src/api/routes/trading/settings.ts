import { z } from 'zod'
import {
  readSettingsDocument,
  replaceSettings,
  symbolsWithSettings,
  type SettingsDocument,
} from '../../../app/live/settings/settings-document.js'
import { editSettings } from '../../../app/live/settings/settings-edit.js'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Api, Desk, Routes } from '../../api.js'
import { actorOf } from '../../guard/actor.js'
import { ApiError } from '../../problem.js'
import { pageInMemory, pageOf, pageQuery } from '../../schemas/page.js'
import { problems } from '../../schemas/problem.js'

const values = z.looseObject({
  schema_version: z.int(),
  updated_at: z.string(),
  updated_by: z.string(),
})

const settings = z
  .strictObject({
    symbol: z.string(),
    /** docs/schemas/settings-strategy.json. */
    strategy: values,
    /** docs/schemas/settings-risk.json. */
    risk: values,
    /** The ETag, which If-Match takes. */
    version: z.string(),
  })
  .meta({ id: 'Settings' })

const replaced = z
  .strictObject({
    /** A document may be sent back as it came. */
    symbol: z.string().optional(),
    version: z.string().optional(),
    strategy: z.record(z.string(), z.unknown()).default({}),
    risk: z.record(z.string(), z.unknown()).default({}),
  })
  .meta({ id: 'SettingsReplacement' })

const changed = z
  .strictObject({
    /** `stop_loss`, `template`, or a parameter of the strategy, by name; `"none"` takes one away,
     * `"default"` a strategy's own exit. */
    changes: z.record(
      z.string().regex(/^\w{1,100}$/),
      z.union([z.number(), z.string().max(200), z.boolean()]),
    ),
    /** Whose parameters and exits are meant, where the symbol has several strategies; without it exits are those of all. */
    strategy: z.string().max(200).optional(),
  })
  .meta({ id: 'SettingsChange' })

const bySymbol = z.strictObject({ symbol: z.string() })

/** What holds for a symbol; sessions take a change before their next candle. */
export const settingsRoutes: Routes = (api, desk) => {
  readSettings(api, desk)
  changeSettings(api, desk)
}

function readSettings(api: Api, { workspace }: Desk): void {
  api.get(
    '/v1/settings',
    {
      config: { access: { scope: 'read', cost: 1 } },
      schema: {
        summary: 'Settings of all symbols that have some',
        tags: ['settings'],
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(settings), ...problems },
      },
    },
    async ({ query: { cursor, limit } }) => {
      const all = await symbolsWithSettings(workspace)
      const page = pageInMemory(all, { cursor, limit, filter: {}, keyOf: name => name })
      const items = await Promise.all(page.items.map(one => readSettingsDocument(workspace, one)))
      return { items: items.map(one => settings.parse(one)), next: page.next }
    },
  )
  api.get(
    '/v1/settings/:symbol',
    {
      config: { access: { scope: 'read', cost: 1, gives: ['ETag'] } },
      schema: {
        summary: 'Settings of a symbol; ETag is their version',
        tags: ['settings'],
        params: bySymbol,
        response: { 200: settings, ...problems },
      },
    },
    async (request, reply) => {
      const document = await readSettingsDocument(workspace, request.params.symbol)
      return shown(document, reply)
    },
  )
}

function changeSettings(api: Api, { workspace, clock }: Desk): void {
  api.put(
    '/v1/settings/:symbol',
    {
      config: {
        access: { scope: 'trade', cost: 5, reads: { 'If-Match': 'required' }, gives: ['ETag'] },
      },
      schema: {
        summary: 'Replace settings of a symbol, where they still have the version in If-Match',
        tags: ['settings'],
        params: bySymbol,
        body: replaced,
        response: { 200: settings, ...problems },
      },
    },
    async (request, reply) => {
      const version = versionIn(request)
      const editor = { by: actorOf(request), at: clock.now(), version }
      const document = await replaceSettings(workspace, request.params.symbol, request.body, editor)
      return shown(document, reply)
    },
  )
  api.patch(
    '/v1/settings/:symbol',
    {
      config: {
        access: { scope: 'trade', cost: 5, reads: { 'If-Match': 'required' }, gives: ['ETag'] },
      },
      schema: {
        summary: 'Change some settings of a symbol, where they still have the version in If-Match',
        tags: ['settings'],
        params: bySymbol,
        body: changed,
        response: { 200: settings, ...problems },
      },
    },
    async (request, reply) => {
      const { symbol } = request.params
      const { changes, strategy } = request.body
      const assignments = Object.entries(changes).map(([name, value]) => `${name}=${String(value)}`)
      const editor = { by: actorOf(request), at: clock.now(), version: versionIn(request) }
      await editSettings(workspace, symbol, assignments, { strategy }, editor)
      return shown(await readSettingsDocument(workspace, symbol), reply)
    },
  )
}

function shown(document: SettingsDocument, reply: FastifyReply): z.input<typeof settings> {
  reply.header('etag', `"${document.version}"`)
  return settings.parse(document)
}

/** The version that a change is made of; null for whatever stands there. @throws ApiError VERSION_MISSING */
function versionIn({ headers }: FastifyRequest): string | null {
  const text = headers['if-match']
  if (text === undefined) {
    throw new ApiError('VERSION_MISSING', 'If-Match is missing', {
      hint: 'send the ETag that GET gave, so that nobody’s change is written over; * takes any',
    })
  }
  return text.trim() === '*' ? null : text.trim().replace(/^W\//, '').replaceAll('"', '')
}
