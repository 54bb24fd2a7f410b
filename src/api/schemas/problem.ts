import { z } from 'zod'

const problem = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    hint: z.string().optional(),
    errors: z.array(z.strictObject({ pointer: z.string(), message: z.string() })).optional(),
    instance: z.string(),
  })
  .meta({ id: 'Problem' })

/** What every route may answer instead. */
export const problems = {
  default: {
    description: 'A problem (RFC 9457)',
    content: { 'application/problem+json': { schema: problem } },
  },
}
