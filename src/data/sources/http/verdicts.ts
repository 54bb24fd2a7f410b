import type { Millis } from '../../../core/candles/time.js'
import type { Verdict } from '../source.js'
import type { Answer } from './http-client.js'

const SECOND = 1000
const MINUTE = 60 * SECOND
/** How long a ban lasts of which nothing is said. */
const BAN_MS = 2 * MINUTE
/** How long a firewall is left alone. */
const FIREWALL_MS = 5 * MINUTE

/** What an answer is by its status and form alone, as every host means them. */
export function judgeHttp(answer: Answer): Verdict {
  const { status, headers } = answer
  if (status === 429) return { kind: 'wait', ms: waitOf(answer), reason: 'too many requests (429)' }
  if (status === 418) {
    return { kind: 'banned', ms: waitOf(answer) ?? BAN_MS, reason: 'banned for a while (418)' }
  }
  if (status === 401 || status === 407) {
    return { kind: 'refused', why: 'key', reason: `not authorised (${status})` }
  }
  if (status === 451) {
    return { kind: 'refused', why: 'blocked', reason: 'not served to this region (451)' }
  }
  if (status === 403) {
    return { kind: 'banned', ms: FIREWALL_MS, reason: 'stopped by a firewall (403)' }
  }
  if (status >= 500) return { kind: 'retry', reason: `failing (${status})` }
  if (status >= 300) return { kind: 'refused', why: 'request', reason: textOf(answer) }
  return judgeBody(answer.body, headers)
}

function judgeBody(body: Buffer, headers: Answer['headers']): Verdict {
  if (body.length === 0) return { kind: 'retry', reason: 'an empty answer' }
  const isPage = body[0] === 60 || (headers['content-type'] ?? '').includes('text/html')
  if (isPage) return { kind: 'retry', reason: 'an HTML page instead of data' }
  return { kind: 'answered' }
}

/** What a host said of a request that it refused, cut short. */
export function textOf({ status, body }: Answer): string {
  const text = body.toString('utf8', 0, 200).replace(/\s+/g, ' ').trim()
  return text === '' || text.startsWith('<') ? `status ${status}` : `${text} (${status})`
}

/** How long a host wants to be left alone, by the headers that hosts use; null where none says. */
function waitOf({ headers }: Answer): Millis | null {
  const after = Number(headers['retry-after'])
  if (Number.isFinite(after)) return after * SECOND
  const date = Date.parse(headers['date'] ?? '')
  for (const name of RESETS) {
    const value = Number(headers[name] ?? NaN)
    if (!Number.isFinite(value)) continue
    // A moment, in seconds or milliseconds; or a length, in milliseconds.
    if (value < 1e9) return value
    const at = value < 1e12 ? value * SECOND : value
    if (Number.isFinite(date)) return Math.max(SECOND, at - date)
  }
  return null
}

const RESETS = [
  'x-ratelimit-reset',
  'x-bapi-limit-reset-timestamp',
  'x-gate-ratelimit-reset-timestamp',
  'gw-ratelimit-reset',
]
