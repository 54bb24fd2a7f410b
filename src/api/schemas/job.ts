import { z } from 'zod'
import { JOB_KINDS, JOB_STATES } from '../../core/ports/server/jobs.js'

const time = z.string().nullable()

/** A job. */
export const jobSchema = z
  .strictObject({
    id: z.string(),
    kind: z.enum(JOB_KINDS),
    state: z.enum(JOB_STATES),
    /** What was asked. */
    request: z.unknown(),
    key_id: z.string(),
    created_at: z.string(),
    started_at: time,
    ended_at: time,
    progress: z
      .strictObject({ done: z.number(), total: z.number().nullable(), unit: z.string() })
      .nullable(),
    /** What the command line prints of the same with `--json`. */
    result: z.unknown(),
    problem: z.strictObject({ code: z.string(), message: z.string(), hint: z.string() }).nullable(),
  })
  .meta({ id: 'Job' })
