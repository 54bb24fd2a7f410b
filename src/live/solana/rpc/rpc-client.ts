import type { Millis } from '../../../core/candles/time.js'
import { fieldOf, parseExactly, type Json } from '../../http/exact-json.js'
import type { HostGate } from '../../http/host-gate.js'
import type { HttpAnswer, HttpClient } from '../../http/http-client.js'
import { answered, lasting, passing, type Failure, type Reply } from '../../reply.js'

/** Codes of JSON-RPC that speak of the node or of the moment, not of the question. */
const PASSING = new Set([
  -32603, // internal error
  -32002, // preflight failed
  -32004, // block not available
  -32005, // node unhealthy, or behind
  -32007, // slot skipped
  -32009,
  -32014, // status not available yet
  -32016, // minimum context slot not reached
])

/** One node of the chain, asked by JSON-RPC over HTTP. */
export class RpcClient {
  /** Its host: an address may hold a key. */
  readonly name: string
  private readonly url: string
  private readonly http: HttpClient
  private readonly gate: HostGate
  private readonly timeoutMs: Millis
  private id = 0

  constructor(url: string, http: HttpClient, gate: HostGate, timeoutMs: Millis) {
    this.url = url
    this.http = http
    this.gate = gate
    this.timeoutMs = timeoutMs
    this.name = new URL(url).host
  }

  /** Asks a method. A failure says nothing of what the node has done. */
  async call(method: string, params: readonly unknown[]): Promise<Reply<Json>> {
    if (!(await this.gate.enter(this.timeoutMs))) {
      const { waitMs } = this.gate
      return passing(`${this.name} wants to be left alone`, { code: 429, waitMs })
    }
    this.id += 1
    const reply = await this.http({
      url: this.url,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ jsonrpc: '2.0', id: this.id, method, params }),
      timeoutMs: this.timeoutMs,
    })
    if (reply.kind === 'failed') return reply
    this.gate.notice(reply.value)
    return this.read(reply.value)
  }

  private read({ status, text }: HttpAnswer): Reply<Json> {
    const body = parseExactly(text)
    const error = fieldOf(body, 'error')
    if (error !== undefined && error !== null) return this.refusal(error)
    if (status === 429) {
      const { waitMs } = this.gate
      return passing(`${this.name} has been asked too often`, { code: 429, waitMs })
    }
    if (status >= 500) return passing(`${this.name} is failing (${status})`, { code: status })
    if (status !== 200) return lasting(`${this.name} refuses the request (${status})`, status)
    const result = fieldOf(body, 'result')
    if (result === undefined) return passing(`${this.name} sent a cut answer`)
    return answered(result)
  }

  private refusal(error: Json): Failure {
    const code = fieldOf(error, 'code')
    const message = fieldOf(error, 'message')
    const number = typeof code === 'number' ? code : null
    const reason = `${this.name}: ${String(message)} (${String(code)})`
    const isPassing = number === null || PASSING.has(number)
    return isPassing ? passing(reason, { code: number }) : lasting(reason, number)
  }
}
