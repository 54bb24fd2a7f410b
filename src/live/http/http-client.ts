import { EnvHttpProxyAgent, ProxyAgent, request, type Dispatcher } from 'undici'
import type { Millis } from '../../core/candles/time.js'
import { answered, lasting, passing, type Failure, type Reply } from '../reply.js'

export interface HttpRequest {
  readonly url: string
  readonly method: 'GET' | 'POST'
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  /** From the request to the last byte. */
  readonly timeoutMs: Millis
}

/** What came back, whatever its status. Names of headers are in lower case. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** Asks an address; redirects are not followed, so that no key is handed on. */
export type HttpClient = (asked: HttpRequest) => Promise<Reply<HttpAnswer>>

/** No answer that is asked for is nearly as large. */
const ANSWER_BYTES_MAX = 1 << 24

/** A client for services of live trading. Proxies come from `proxy`, else from HTTPS_PROXY and NO_PROXY. */
export function createHttpClient(options: { readonly proxy?: string | undefined } = {}): {
  readonly ask: HttpClient
  readonly close: () => Promise<void>
} {
  const { proxy } = options
  const limits = { maxResponseSize: ANSWER_BYTES_MAX }
  const dispatcher =
    proxy === undefined ? new EnvHttpProxyAgent(limits) : new ProxyAgent({ uri: proxy, ...limits })
  return { ask: asked => ask(dispatcher, asked), close: () => dispatcher.destroy() }
}

async function ask(dispatcher: Dispatcher, asked: HttpRequest): Promise<Reply<HttpAnswer>> {
  const { url, method, headers, body, timeoutMs } = asked
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const answer = await request(url, { dispatcher, method, headers, body, signal })
    const found: Record<string, string> = {}
    for (const [name, value] of Object.entries(answer.headers)) {
      if (value !== undefined) found[name] = Array.isArray(value) ? value.join(', ') : value
    }
    return answered({ status: answer.statusCode, headers: found, text: await answer.body.text() })
  } catch (error) {
    return failureOf(new URL(url).host, error)
  }
}

const TEXTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection',
  ENOTFOUND: 'has no address',
  EAI_AGAIN: 'has no address at present',
  ECONNRESET: 'cut the connection',
  UND_ERR_SOCKET: 'cut the connection',
  UND_ERR_CONNECT_TIMEOUT: 'did not take the connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'did not answer in time',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'sends without end',
  UND_ERR_BODY_TIMEOUT: 'stopped in the middle of an answer',
}

function failureOf(host: string, error: unknown): Failure {
  const { code, name, message } = error as { code?: string; name?: string; message?: string }
  if (name === 'TimeoutError') return passing(`${host} did not answer in time`)
  const isUntrusted = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code ?? '')
  if (isUntrusted) return lasting(`${host} has a certificate that is not trusted (${code})`)
  return passing(`${host} ${TEXTS[code ?? ''] ?? `cannot be reached (${code ?? message})`}`)
}
