import { z } from 'zod'
import { acknowledgeAlert, alertId, alertJson, listAlerts } from '../../../app/alerts/alerts.js'
import type { Routes } from '../../api.js'
import { actorOf } from '../../guard/actor.js'
import { pageInMemory, pageOf, pageQuery } from '../../schemas/page.js'
import { problems } from '../../schemas/problem.js'
import { queryFlag } from '../../schemas/query.js'

const alert = z
  .strictObject({
    /** Another one when it comes again. */
    id: z.string(),
    /** A heading of docs/alerts.md. */
    kind: z.string(),
    urgency: z.enum(['alarm', 'warning']),
    session_id: z.string(),
    mode: z.enum(['paper', 'live']),
    text: z.string(),
    /** The next step: a command for a terminal. */
    todo: z.string(),
    since: z.string().nullable(),
    /** How often it has happened since somebody saw it. */
    count: z.int(),
    /** Whether it lasts; an event has passed. */
    open: z.boolean(),
    /** Who has seen it; null for nobody. */
    acknowledged: z
      .strictObject({ actor: z.string(), at: z.string(), note: z.string() })
      .nullable(),
  })
  .meta({ id: 'Alert' })

/** What somebody should see, until he says that he has. */
export const alertRoutes: Routes = (api, { workspace }) => {
  api.get(
    '/v1/alerts',
    {
      config: { access: { scope: 'read', cost: 2 } },
      schema: {
        summary: 'What is wrong with sessions; what nobody has acknowledged first',
        tags: ['trading'],
        querystring: z.strictObject({ ...pageQuery, acknowledged: queryFlag.optional() }),
        response: { 200: pageOf(alert), ...problems },
      },
    },
    async ({ query: { cursor, limit, acknowledged } }) => {
      const all = (await listAlerts(workspace)).filter(
        ({ mark }) => acknowledged === undefined || (mark !== null) === acknowledged,
      )
      const page = pageInMemory(all, { cursor, limit, filter: { acknowledged }, keyOf: alertId })
      return { items: page.items.map(one => alert.parse(alertJson(one))), next: page.next }
    },
  )
  api.post(
    '/v1/alerts/:id/acknowledge',
    {
      config: { access: { scope: 'trade', cost: 1 } },
      schema: {
        summary: 'Say that somebody has seen an alert; the audit log has who and when',
        tags: ['trading'],
        params: z.strictObject({ id: z.string().regex(/^[0-9a-f]{16}-\d{1,16}$/) }),
        body: z.strictObject({ note: z.string().max(500).optional() }),
        response: { 200: alert, ...problems },
      },
    },
    async request => {
      const { id } = request.params
      const seen = { actor: actorOf(request), note: request.body.note }
      return alert.parse(alertJson(await acknowledgeAlert(workspace, id, seen)))
    },
  )
}
