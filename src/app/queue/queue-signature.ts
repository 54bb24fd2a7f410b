import { createHmac, timingSafeEqual } from 'node:crypto'
import { AppError } from '../../core/errors.js'

/**
 * What goes on the queue as it is sent: its signature, a line break, the content. A package holds
 * programs, and whoever may write to Redis is not for that allowed to run some.
 * @param name of the sweep, so that no package stands in for another
 */
export function sign(name: string, content: string, key: string): string {
  return `${signatureOf(name, content, key)}\n${content}`
}

/** The content of what was signed. @throws AppError WORKER_FAILED where it is not, or not with this key */
export function verifySigned(name: string, signed: string, key: string): string {
  const end = signed.indexOf('\n')
  const [given, content] = [signed.slice(0, Math.max(0, end)), signed.slice(end + 1)]
  const wanted = signatureOf(name, content, key)
  if (given.length === wanted.length && timingSafeEqual(Buffer.from(given), Buffer.from(wanted)))
    return content
  throw new AppError(
    'WORKER_FAILED',
    'what Redis holds of the sweep is not signed with the key of the database that this worker uses',
    { hint: 'give coordinator and workers one DATABASE_URL, and the same version of Assay' },
  )
}

function signatureOf(name: string, content: string, key: string): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([name, content]))
    .digest('hex')
}
