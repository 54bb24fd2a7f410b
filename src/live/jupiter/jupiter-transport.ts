import type { Millis } from '../../core/candles/time.js'
import { fieldOf, parseExactly, type Json } from '../http/exact-json.js'
import type { HostGate } from '../http/host-gate.js'
import type { HttpAnswer, HttpClient, HttpRequest } from '../http/http-client.js'
import { answered, lasting, passing, type Failure, type Reply } from '../reply.js'

/** Says what Jupiter refused for good, and what may go better. https://dev.jup.ag/docs */
const RETRIED = new Set([
  'NO_ROUTES_FOUND',
  'COULD_NOT_FIND_ANY_ROUTE',
  'ROUTE_PLAN_DOES_NOT_CONSUME_ALL_THE_AMOUNT',
  'FAILED_TO_GET_SWAP_AND_ACCOUNT_METAS',
])

/** Whoever asks Jupiter goes through here: one gate for all of a key, one time limit, one reading of refusals. */
export class JupiterTransport {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  private readonly http: HttpClient
  private readonly gate: HostGate
  private readonly timeoutMs: Millis

  /** @param key goes along as `x-api-key`; undefined for none */
  constructor(
    url: string,
    key: string | undefined,
    { http, gate, timeoutMs }: { http: HttpClient; gate: HostGate; timeoutMs: Millis },
  ) {
    this.url = url
    this.headers = key === undefined ? {} : { 'x-api-key': key }
    this.http = http
    this.gate = gate
    this.timeoutMs = timeoutMs
  }

  /** Asks a path. */
  async get(path: string): Promise<Reply<Json>> {
    const reply = await this.ask({ url: this.url + path, method: 'GET', body: null })
    return reply.kind === 'failed' ? reply : judged(reply.value)
  }

  /** Sends a request when the gate lets it through. */
  async ask(
    asked: Pick<HttpRequest, 'url' | 'method' | 'body'> & Partial<Pick<HttpRequest, 'headers'>>,
  ): Promise<Reply<HttpAnswer>> {
    const { timeoutMs, gate } = this
    if (!(await gate.enter(timeoutMs))) {
      return passing('Jupiter wants to be left alone', { code: 429, waitMs: gate.waitMs })
    }
    const headers = { ...asked.headers, ...this.headers }
    const reply = await this.http({ ...asked, headers, timeoutMs })
    if (reply.kind === 'answered') this.gate.notice(reply.value)
    if (reply.kind === 'answered' && reply.value.status === 429) {
      return passing('Jupiter has been asked too often', { code: 429, waitMs: this.gate.waitMs })
    }
    return reply
  }
}

/** What Jupiter means by an answer: its body, or why there is none. */
export function judged({ status, text }: HttpAnswer): Reply<Json> {
  const body = parseExactly(text)
  if (status === 200) {
    return body === undefined ? passing('Jupiter sent a cut answer') : answered(body)
  }
  if (status >= 500) return passing(`Jupiter is failing (${status})`, { code: status })
  return refused(status, body)
}

function refused(status: number, body: Json | undefined): Failure {
  const code = fieldOf(body, 'errorCode')
  const message = fieldOf(body, 'error') ?? fieldOf(body, 'message') ?? `status ${status}`
  const name = typeof code === 'string' ? code : status
  const reason = `Jupiter refuses: ${String(message)} (${name})`
  return RETRIED.has(String(code)) ? passing(reason, { code: name }) : lasting(reason, name)
}
