import { z } from 'zod'
import { findPromotion } from '../../../app/promotion/promotion-lookup.js'
import { recordJson, revokePromotion } from '../../../app/promotion/promotion-text.js'
import { jobJson } from '../../../app/jobs/job-json.js'
import type { JobRequests } from '../../../app/jobs/job-work.js'
import type { Api, Desk, Routes } from '../../api.js'
import { actorOf } from '../../guard/actor.js'
import { once } from '../../guard/idempotency.js'
import { ApiError } from '../../problem.js'
import { optionsOfBody, promotionRequest } from '../../schemas/job-request.js'
import { jobSchema } from '../../schemas/job.js'
import { pageInMemory, pageOf, pageQuery } from '../../schemas/page.js'
import { problems } from '../../schemas/problem.js'

const PROMOTIONS_MAX = 10_000

const promotion = z
  .strictObject({
    promotion_id: z.string(),
    run_id: z.string(),
    to: z.enum(['paper', 'live']),
    symbol: z.string(),
    verdict: z.enum(['promoted', 'refused']),
    created_at: z.string(),
    /** Why it was promoted though gates refused it; it is shown for ever. */
    override_reason: z.string().nullable(),
    revoked_at: z.string().nullable(),
    revoked_reason: z.string().nullable(),
    /** Each with figure, limit and verdict, as they were. */
    gates: z.array(
      z.looseObject({ name: z.string(), passed: z.boolean().nullable(), reason: z.string() }),
    ),
  })
  .meta({ id: 'Promotion' })

const byId = z.strictObject({ id: z.string() })

/** What was let trade, and on what evidence. */
export const promotionRoutes: Routes = (api, desk) => {
  readPromotions(api, desk)
  promoteRuns(api, desk)
}

function promoteRuns(api: Api, desk: Desk): void {
  api.post(
    '/v1/promotions',
    {
      config: {
        access: {
          scope: 'trade',
          cost: 50,
          reads: { 'Idempotency-Key': 'optional' },
          gives: ['Location'],
        },
      },
      schema: {
        summary:
          'Ask whether a run may trade, as a job; to live, or with an override, takes scope admin',
        tags: ['promotion'],
        body: promotionRequest,
        response: { 202: jobSchema, ...problems },
      },
    },
    (request, reply) =>
      once(desk, request, reply, async requestId => {
        const { to, override } = request.body
        const { keyId, scope } = request.caller!
        if (scope !== 'admin' && (to === 'live' || override !== undefined)) {
          throw new ApiError(
            'FORBIDDEN',
            `this takes a key of scope admin, and yours is ${scope}`,
            {
              hint: 'a run is promoted to paper, on its evidence alone, with scope trade',
            },
          )
        }
        const wanted: JobRequests['promotion'] = {
          ...optionsOfBody<JobRequests['promotion']>(request.body),
          actor: actorOf(request),
        }
        const job = await desk.jobs.submit({ kind: 'promotion', request: wanted }, keyId, requestId)
        reply.code(202).header('location', `/v1/jobs/${job.jobId}`)
        return jobSchema.parse(jobJson(job))
      }),
  )
}

function readPromotions(api: Api, { workspace, clock }: Desk): void {
  api.get(
    '/v1/promotions',
    {
      config: { access: { scope: 'read', cost: 2 } },
      schema: {
        summary: 'Promotions, newest first',
        tags: ['promotion'],
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(promotion), ...problems },
      },
    },
    async ({ query: { cursor, limit } }) => {
      const all = await (await workspace.promotions()).list(PROMOTIONS_MAX)
      const keyOf = (one: { promotionId: string }): string => one.promotionId
      const page = pageInMemory(all, { cursor, limit, filter: {}, keyOf })
      return { items: page.items.map(one => promotion.parse(recordJson(one))), next: page.next }
    },
  )
  api.get(
    '/v1/promotions/:id',
    {
      config: { access: { scope: 'read', cost: 2 } },
      schema: {
        summary: 'A promotion with its gates',
        tags: ['promotion'],
        params: byId,
        response: { 200: promotion, ...problems },
      },
    },
    async ({ params: { id } }) => promotion.parse(recordJson(await findPromotion(workspace, id))),
  )
  api.post(
    '/v1/promotions/:id/revoke',
    {
      config: { access: { scope: 'trade', cost: 5 } },
      schema: {
        summary: 'Revoke a promotion, for good',
        tags: ['promotion'],
        params: byId,
        body: z.strictObject({ reason: z.string().min(1).max(500) }),
        response: { 200: promotion, ...problems },
      },
    },
    async request => {
      const { id } = request.params
      const actor = actorOf(request)
      await revokePromotion(workspace, id, request.body.reason, { at: clock.now(), by: actor })
      return promotion.parse(recordJson(await findPromotion(workspace, id)))
    },
  )
}
