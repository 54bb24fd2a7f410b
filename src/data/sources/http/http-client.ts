import { gunzipSync } from 'node:zlib'
import { type Dispatcher, EnvHttpProxyAgent, ProxyAgent, request, WebSocket } from 'undici'
import type { Millis } from '../../../core/candles/time.js'

/** What came back, whatever its status. Names of headers are in lower case. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** A request that had no whole answer. */
export class NetworkError extends Error {
  /** Whether the same request may succeed later: not where a certificate or an address is wrong. */
  readonly isPassing: boolean

  constructor(message: string, isPassing: boolean) {
    super(message)
    this.isPassing = isPassing
  }
}

/** Asks an address. @throws NetworkError */
export type HttpClient = (
  url: string,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answer>

/** Opens a stream of messages. @returns before it is open, or fails */
export type OpenStream = (url: string) => WebSocket

export interface HttpTimes {
  /** For a connection. */
  readonly connectMs: Millis
  /** Without a byte. */
  readonly idleMs: Millis
  /** From the request to the last byte. */
  readonly wholeMs: Millis
}

const TIMES: HttpTimes = { connectMs: 10_000, idleMs: 20_000, wholeMs: 60_000 }
const REDIRECTS_MAX = 3
const BODY_BYTES_MAX = 1 << 28

/**
 * An HTTP client for sources. Proxies come from `proxy`, else from HTTPS_PROXY, HTTP_PROXY and
 * NO_PROXY; further certificates from NODE_EXTRA_CA_CERTS, which Node reads by itself.
 */
export function createHttpClient(options: {
  readonly proxy?: string | undefined
  readonly times?: Partial<HttpTimes>
}): {
  readonly ask: HttpClient
  /** Opens a stream, by the same proxy. */
  readonly stream: OpenStream
  readonly close: () => Promise<void>
} {
  const times = { ...TIMES, ...options.times }
  const dispatcher = dispatcherOf(options.proxy, times)
  return {
    ask: (url, headers = {}) => follow(dispatcher, { url, headers, wholeMs: times.wholeMs }),
    stream: url => new WebSocket(url, { dispatcher }),
    close: () => dispatcher.destroy(),
  }
}

function dispatcherOf(proxy: string | undefined, times: HttpTimes): Dispatcher {
  const limits = {
    connect: { timeout: times.connectMs },
    headersTimeout: times.idleMs,
    bodyTimeout: times.idleMs,
  }
  if (proxy !== undefined) return new ProxyAgent({ uri: proxy, ...limits })
  return new EnvHttpProxyAgent(limits)
}

interface Asked {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly wholeMs: Millis
}

/** Redirects lead on at the same host alone: a key is handed to nobody else. */
async function follow(dispatcher: Dispatcher, asked: Asked): Promise<Answer> {
  const from = new URL(asked.url)
  let to = from
  for (let hops = 0; ; hops++) {
    const answer = await ask(dispatcher, { ...asked, url: to.href })
    const location = answer.headers['location']
    if (answer.status < 300 || answer.status >= 400 || location === undefined) return answer
    to = new URL(location, to)
    if (hops === REDIRECTS_MAX) throw new NetworkError(`${from.host} redirects in a circle`, false)
    if (to.host !== from.host || to.protocol !== from.protocol) {
      throw new NetworkError(`${from.host} redirects to ${to.protocol}//${to.host}`, false)
    }
  }
}

async function ask(dispatcher: Dispatcher, { url, headers, wholeMs }: Asked): Promise<Answer> {
  try {
    const answer = await request(url, {
      dispatcher,
      headers: { 'accept-encoding': 'gzip', 'user-agent': 'assay', ...headers },
      signal: AbortSignal.timeout(wholeMs),
    })
    const found: Record<string, string> = {}
    for (const [name, value] of Object.entries(answer.headers)) {
      if (value !== undefined) found[name] = Array.isArray(value) ? value.join(', ') : value
    }
    const bytes = Buffer.from(await answer.body.arrayBuffer())
    return { status: answer.statusCode, headers: found, body: unpacked(bytes, found) }
  } catch (error) {
    throw networkError(new URL(url), error)
  }
}

function unpacked(bytes: Buffer, headers: Readonly<Record<string, string>>): Buffer {
  if (headers['content-encoding'] !== 'gzip') return bytes
  return gunzipSync(bytes, { maxOutputLength: BODY_BYTES_MAX })
}

const TEXTS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses the connection',
  ENOTFOUND: 'has no address',
  EAI_AGAIN: 'has no address at present',
  ECONNRESET: 'cut the connection',
  UND_ERR_SOCKET: 'cut the connection',
  UND_ERR_CONNECT_TIMEOUT: 'did not take the connection in time',
  UND_ERR_HEADERS_TIMEOUT: 'did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'stopped in the middle of an answer',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'sent less than it announced',
  Z_BUF_ERROR: 'sent a cut answer',
  Z_DATA_ERROR: 'sent a damaged answer',
}

function networkError(url: URL, error: unknown): NetworkError {
  const failure = innermost(error)
  const { code, name, message } = failure
  const refusal = /^Proxy response \((\d+)\)/.exec(message)
  if (refusal !== null) return proxyRefusal(url.host, Number(refusal[1]))
  const host = otherHost(url, failure) ?? url.host
  if (name === 'TimeoutError') return new NetworkError(`${host} did not answer in time`, true)
  if (/^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code)) {
    return new NetworkError(`${host} has a certificate that is not trusted (${code})`, false)
  }
  const text = TEXTS[code] ?? `cannot be reached (${code === '' ? message : code})`
  return new NetworkError(`${host} ${text}`, code !== 'ENOTFOUND')
}

/** What a proxy says instead of opening a way. */
function proxyRefusal(host: string, status: number): NetworkError {
  if (status === 407) {
    const text = 'the proxy asks for a name and a password (407): http://NAME:PASSWORD@HOST:PORT'
    return new NetworkError(text, false)
  }
  return new NetworkError(`the proxy opens no way to ${host} (${status})`, status >= 500)
}

/** A proxy, where that is what could not be reached. */
function otherHost(url: URL, { address, hostname, port }: Failure): string | undefined {
  if (hostname !== undefined && hostname !== url.hostname) return `the proxy ${hostname}`
  const own = url.port || (url.protocol === 'https:' ? '443' : '80')
  return port === undefined || String(port) === own ? undefined : `the proxy ${address}:${port}`
}

interface Failure {
  readonly code: string
  readonly name: string
  readonly message: string
  readonly address?: string | undefined
  readonly hostname?: string | undefined
  readonly port?: number | undefined
}

/** What stands behind an error: clients wrap it, and a host of several addresses lists it. */
function innermost(error: unknown): Failure {
  const { cause, errors, code, name, message, ...where } = Object(error) as {
    readonly cause?: unknown
    readonly errors?: readonly unknown[]
  } & Partial<Failure>
  const inner = errors?.[0] ?? cause
  if (inner !== undefined) return innermost(inner)
  const { address, hostname, port } = where
  const texts = {
    code: String(code ?? ''),
    name: String(name ?? ''),
    message: String(message ?? ''),
  }
  return { ...texts, address, hostname, port }
}
