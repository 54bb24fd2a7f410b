import { z } from 'zod'
import { readStoredPage, storedPages } from '../../../app/reports/stored-pages.js'
import type { Routes } from '../../api.js'
import { Tickets } from '../../guard/tickets.js'
import { ApiError } from '../../problem.js'
import { pageInMemory, pageOf, pageQuery } from '../../schemas/page.js'
import { problems } from '../../schemas/problem.js'

const TICKET_MS = 30_000

/** A page of a run holds its script and data; in a sandbox of its own it reaches nothing else. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; font-src data:; frame-ancestors 'self'; sandbox allow-scripts allow-downloads"

const report = z
  .strictObject({ name: z.string(), written_at: z.string(), bytes: z.int() })
  .meta({ id: 'Report' })

/** Pages of runs, sweeps, walk-forwards and validations. */
export const reportRoutes: Routes = (api, { workspace, clock }) => {
  const tickets = new Tickets<string>(clock, TICKET_MS)
  api.get(
    '/v1/reports',
    {
      config: { access: { scope: 'read', cost: 2 } },
      schema: {
        summary: 'Pages that were written, newest first',
        tags: ['research'],
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(report), ...problems },
      },
    },
    async ({ query: { cursor, limit } }) => {
      const all = await storedPages(workspace)
      const page = pageInMemory(all, { cursor, limit, filter: {}, keyOf: ({ name }) => name })
      return { items: [...page.items], next: page.next }
    },
  )
  api.post(
    '/v1/reports/:name/tickets',
    {
      config: { access: { scope: 'read', cost: 2 } },
      schema: {
        summary: 'An address at which a browser opens a page, once and soon',
        tags: ['research'],
        params: z.strictObject({ name: z.string().regex(/^[\w.-]+$/) }),
        response: { 201: z.strictObject({ url: z.string() }), ...problems },
      },
    },
    async ({ params: { name } }, reply) => {
      await readStoredPage(workspace, name)
      return reply.code(201).send({ url: `/reports/${tickets.issue(name)}` })
    },
  )
  api.get(
    '/reports/:ticket',
    {
      config: { access: { scope: 'open', cost: 1 } },
      schema: { hide: true, params: z.strictObject({ ticket: z.string() }) },
    },
    async ({ params: { ticket } }, reply) => {
      const name = tickets.take(ticket)
      if (name === null) {
        throw new ApiError('NOT_FOUND', 'this address was used before, or is too old', {
          hint: 'open the page again from where it is listed',
        })
      }
      const text = await readStoredPage(workspace, name)
      return reply
        .type('text/html; charset=utf-8')
        .header('content-security-policy', PAGE_POLICY)
        .header('x-frame-options', 'SAMEORIGIN')
        .send(text)
    },
  )
}
