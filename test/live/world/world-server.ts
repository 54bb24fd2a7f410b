import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Chain } from './chain.js'
import type { ApiAnswer, JupiterApi } from './jupiter-api.js'
import { RpcError, type RpcNode } from './rpc-node.js'

/** What happens to requests of a kind. */
export interface Fault {
  /** `quote`, `swap`, `prices`, `tokens`, `rpc`, `rpc:METHOD`, or of one node `rpc1:METHOD`. */
  readonly match: string
  /** How many requests it meets; 1 where it is not said. */
  readonly times?: number
  /** How many it lets pass before. */
  readonly skip?: number
  readonly act:
    | {
        readonly kind: 'status'
        readonly status: number
        readonly headers?: Headers
        readonly body?: unknown
      }
    /** Never answers. */
    | { readonly kind: 'hang' }
    /** Cuts the connection before anything is done. */
    | { readonly kind: 'reset' }
    /** Does what is asked, and cuts the connection. */
    | { readonly kind: 'lost' }
    | { readonly kind: 'malformed' }
    | {
        readonly kind: 'rpc'
        readonly code: number
        readonly message: string
        readonly data?: unknown
      }
    /** Answers so many slots later. */
    | { readonly kind: 'slow'; readonly slots: number }
    /** Does something, then answers. */
    | { readonly kind: 'then'; readonly run: () => void }
}

type Headers = Readonly<Record<string, string>>

/** A request that came in. */
export interface Asked {
  readonly key: string
  readonly headers: IncomingMessage['headers']
  readonly query: URLSearchParams
  readonly body: unknown
}

export interface WorldServer {
  readonly url: string
  readonly faults: Fault[]
  readonly asked: Asked[]
  close(): Promise<void>
}

interface Parts {
  readonly chain: Chain
  readonly api: JupiterApi
  readonly nodes: readonly RpcNode[]
}

/** Serves Jupiter and the nodes of the chain at a free port of this machine. */
export async function startServer(parts: Parts, port = 0): Promise<WorldServer> {
  const faults: Fault[] = []
  const asked: Asked[] = []
  const met = new Map<Fault, number>()
  const server = createServer((request, response) => {
    void (async () => {
      const seen = await readRequest(request)
      asked.push(seen)
      // The host's clock is that of its chain.
      response.sendDate = false
      response.setHeader('date', new Date(parts.chain.time).toUTCString())
      const fault = faultFor(faults, met, keysOf(seen.key))
      try {
        answer({ parts, seen, response, fault })
      } catch (error) {
        send(response, 500, { code: 500, message: String(error) })
      }
    })()
  })
  await new Promise<void>(done => server.listen(port, '127.0.0.1', done))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    asked,
    close: () =>
      new Promise(done => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

async function readRequest(request: IncomingMessage): Promise<Asked> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const text = Buffer.concat(chunks).toString()
  const body = text === '' ? null : (JSON.parse(text) as unknown)
  const { pathname, searchParams: query } = new URL(request.url!, 'http://localhost')
  return { key: keyOf(pathname, body), headers: request.headers, query, body }
}

function keyOf(path: string, body: unknown): string {
  const node = /^\/rpc(\d+)$/.exec(path)?.[1]
  if (node !== undefined) return `rpc${node}:${(body as { method: string }).method}`
  if (path.endsWith('/quote')) return 'quote'
  if (path.endsWith('/swap')) return 'swap'
  if (path.startsWith('/price/')) return 'prices'
  return path.startsWith('/tokens/') ? 'tokens' : 'other'
}

/** What a fault may call a request: `rpc1:getBalance` is also `rpc1`, `rpc:getBalance` and `rpc`. */
function keysOf(key: string): string[] {
  const [, node, method] = /^rpc(\d+):(.*)$/.exec(key) ?? []
  return node === undefined ? [key] : [key, `rpc${node}`, `rpc:${method}`, 'rpc']
}

function faultFor(
  faults: readonly Fault[],
  met: Map<Fault, number>,
  keys: readonly string[],
): Fault | undefined {
  return faults.find(fault => {
    if (!keys.includes(fault.match)) return false
    const { times = 1, skip = 0 } = fault
    const count = met.get(fault) ?? 0
    if (count >= skip + times) return false
    met.set(fault, count + 1)
    return count >= skip
  })
}

interface Answering {
  readonly parts: Parts
  readonly seen: Asked
  readonly response: ServerResponse
  readonly fault: Fault | undefined
}

function answer({ parts, seen, response, fault }: Answering): void {
  const act = fault?.act
  if (act?.kind === 'hang') return
  if (act?.kind === 'reset') return void response.destroy()
  if (act?.kind === 'malformed') return void response.end('{"jsonrpc":"2.0","resu')
  if (act?.kind === 'slow') parts.chain.tick(act.slots)
  if (act?.kind === 'then') act.run()
  if (act?.kind === 'status') {
    const message = act.status === 429 ? '[API Gateway] Too many requests' : 'error'
    return send(response, act.status, act.body ?? { code: act.status, message }, act.headers)
  }
  const id = (seen.body as { id?: unknown } | null)?.id
  if (act?.kind === 'rpc') {
    const { code, message, data } = act
    return send(response, 200, { jsonrpc: '2.0', id, error: { code, message, data } })
  }
  const { status, body } = served(parts, seen)
  if (act?.kind === 'lost') return void response.destroy()
  send(response, status, body)
}

function served({ api, nodes }: Parts, { key, query, body }: Asked): ApiAnswer {
  const node = /^rpc(\d+):/.exec(key)?.[1]
  if (node !== undefined) return { status: 200, body: rpcBody(nodes[Number(node)]!, body) }
  switch (key) {
    case 'quote':
      return api.quote(query)
    case 'swap':
      return api.swap(body)
    case 'prices':
      return api.prices(query)
    case 'tokens':
      return api.searchTokens(query)
    default:
      return { status: 404, body: { code: 404, message: 'not found' } }
  }
}

function rpcBody(node: RpcNode, body: unknown): unknown {
  const { id, method, params } = body as { id: unknown; method: string; params?: unknown[] }
  try {
    return { jsonrpc: '2.0', id, result: node.call(method, params ?? []) }
  } catch (error) {
    if (!(error instanceof RpcError)) throw error
    const { code, message, data } = error
    return { jsonrpc: '2.0', id, error: { code, message, data } }
  }
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Headers = {},
): void {
  if (response.destroyed) return
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-api-gateway-request-id': 'stand-in',
    ...headers,
  })
  response.end(exactJson(body))
}

const MARK = '\u0001'

/** JSON whose large numbers keep all their digits. */
function exactJson(body: unknown): string {
  const text = JSON.stringify(body, (_, value: unknown) =>
    typeof value === 'bigint' ? `${MARK}${value}${MARK}` : value,
  )
  return text.replace(/"\\u0001(-?\d+)\\u0001"/g, '$1')
}
