import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { jobJson } from '../../../app/jobs/job-json.js'
import type { JobRequest } from '../../../app/jobs/job-work.js'
import type { JobRecord } from '../../../core/ports/server/jobs.js'
import type { Api, Desk, Routes } from '../../api.js'
import { once } from '../../guard/idempotency.js'
import {
  optionsOfBody,
  runRequest,
  sweepRequest,
  validationRequest,
  walkForwardRequest,
} from '../../schemas/job-request.js'
import { jobSchema } from '../../schemas/job.js'
import { cursorOf, pageOf, pageQuery, readCursor } from '../../schemas/page.js'
import { problems } from '../../schemas/problem.js'

/** A job that was asked for: it is followed at the address in `Location`. */
const accepted = { 202: jobSchema, ...problems }

/** Work that takes longer than an answer may: runs, sweeps, walk-forwards, validations. */
export const jobRoutes: Routes = (api, desk) => {
  start(api, desk, { path: '/v1/runs', kind: 'run', body: runRequest, cost: 20 })
  start(api, desk, { path: '/v1/sweeps', kind: 'sweep', body: sweepRequest, cost: 50 })
  start(api, desk, {
    path: '/v1/walk-forwards',
    kind: 'walk-forward',
    body: walkForwardRequest,
    cost: 50,
  })
  start(api, desk, {
    path: '/v1/validations',
    kind: 'validation',
    body: validationRequest,
    cost: 50,
  })
  readJobs(api, desk)
}

interface Start {
  readonly path: string
  readonly kind: JobRequest['kind']
  readonly body: z.ZodObject
  readonly cost: number
}

function start(api: Api, desk: Desk, { path, kind, body, cost }: Start): void {
  const { jobs } = desk
  api.post(
    path,
    {
      config: {
        access: {
          scope: 'research',
          cost,
          reads: { 'Idempotency-Key': 'optional' },
          gives: ['Location'],
        },
      },
      schema: {
        summary: `Start a ${kind} as a job`,
        tags: ['research'],
        body,
        response: accepted,
      },
    },
    (request, reply) =>
      once(desk, request, reply, async requestId => {
        const job = { kind, request: optionsOfBody(request.body) } as JobRequest
        return told(reply, await jobs.submit(job, request.caller!.keyId, requestId))
      }),
  )
}

function told(reply: FastifyReply, job: JobRecord): z.input<typeof jobSchema> {
  reply.code(202).header('location', `/v1/jobs/${job.jobId}`)
  return jobSchema.parse(jobJson(job))
}

function readJobs(api: Api, { workspace, jobs }: Desk): void {
  api.get(
    '/v1/jobs',
    {
      config: { access: { scope: 'read', cost: 2 } },
      schema: {
        summary: 'Jobs, newest first, without their results',
        tags: ['jobs'],
        querystring: z.strictObject(pageQuery),
        response: { 200: pageOf(jobSchema), ...problems },
      },
    },
    async ({ query: { cursor, limit } }) => {
      const before = cursor === undefined ? undefined : String(readCursor(cursor, {}, 1)[0])
      const store = await workspace.jobs()
      const found = await store.list({ limit: limit + 1, ...(before !== undefined && { before }) })
      const items = found.slice(0, limit)
      const next = found.length > limit ? cursorOf([items[items.length - 1]!.jobId], {}) : null
      return { items: items.map(job => jobSchema.parse(jobJson(job))), next }
    },
  )
  api.get(
    '/v1/jobs/:id',
    {
      config: { access: { scope: 'read', cost: 1 } },
      schema: {
        summary: 'A job: how far it is, and what came of it',
        tags: ['jobs'],
        params: z.strictObject({ id: z.string() }),
        response: { 200: jobSchema, ...problems },
      },
    },
    async ({ params: { id } }) => jobSchema.parse(jobJson(await jobs.find(id))),
  )
  api.delete(
    '/v1/jobs/:id',
    {
      config: { access: { scope: 'research', cost: 5 } },
      schema: {
        summary: 'Cancel a job',
        tags: ['jobs'],
        params: z.strictObject({ id: z.string() }),
        response: { 200: jobSchema, ...problems },
      },
    },
    async ({ params: { id } }) => jobSchema.parse(jobJson(await jobs.cancel(id))),
  )
}
