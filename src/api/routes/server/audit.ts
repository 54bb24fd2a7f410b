import { z } from 'zod'
import { formatTime } from '../../../core/candles/time.js'
import type { EventRecord } from '../../../core/ports/research/events.js'
import type { Routes } from '../../api.js'
import { cursorOf, pageOf, pageQuery, readNumberCursor } from '../../schemas/page.js'
import { problems } from '../../schemas/problem.js'

const entry = z
  .strictObject({
    seq: z.int(),
    time: z.string(),
    type: z.string(),
    /** Who did it, and what. */
    payload: z.looseObject({}),
    link_hash: z.string().nullable(),
  })
  .meta({ id: 'AuditEntry' })

/** Who did what: keys, promotions, settings, commands. */
export const auditRoutes: Routes = (api, { workspace }) => {
  api.get(
    '/v1/audit',
    {
      config: { access: { scope: 'admin', cost: 2 } },
      schema: {
        summary: 'Who did what, oldest first, from a number on',
        tags: ['audit'],
        querystring: z.strictObject({
          ...pageQuery,
          since: z
            .string()
            .regex(/^\d{1,15}$/)
            .transform(Number)
            .default(0),
        }),
        response: { 200: pageOf(entry), ...problems },
      },
    },
    async ({ query: { cursor, limit, since } }) => {
      const filter = { since }
      const from = cursor === undefined ? since : readNumberCursor(cursor, filter)
      const found: EventRecord[] = []
      for await (const page of (await workspace.audit()).read(from)) {
        found.push(...page.slice(0, limit + 1 - found.length))
        if (found.length > limit) break
      }
      const items = found
        .slice(0, limit)
        .map(({ seq, time, type, payload, linkHash }) =>
          entry.parse({ seq, time: formatTime(time), type, payload, link_hash: linkHash }),
        )
      const next = found.length > limit ? cursorOf([found[limit]!.seq], filter) : null
      return { items, next }
    },
  )
}
