import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import type { Redis } from 'ioredis'
import {
  isOn,
  listOption,
  numberOption,
  textOption,
  type Amount,
  type Optional,
} from '../app/options/options.js'
import type { Workspace } from '../app/workspace/compose.js'
import { quickRedis } from '../app/workspace/redis.js'
import { AppError } from '../core/errors.js'
import type { Api } from './api.js'
import { openDesk } from './desk.js'
import { hostCheck } from './guard/host-check.js'
import { RateLimit } from './guard/rate-limit.js'
import { endInOrder, type EndStep } from './orderly-end.js'
import { servedBy } from '../app/workspace/quick-state.js'
import { buildServer } from './server.js'

/** How long the start waits for Redis. */
const REDIS_MS = 1_000
const PORT_DEFAULT = 4600
const RATE_DEFAULT = 100
/** How long requests that are being answered have when it ends. */
const GRACE_MS = 1_000
/** After this its end waits for nothing any more. */
const END_MS = 4_500
const LOOPBACK = ['127.0.0.1', '::1', 'localhost']

export type ServeOptions = Optional<{
  /** Port to listen on; 0 takes a free one. */
  port: Amount
  /** Address to listen on. */
  host: string
  /** Further names under which the server is called. */
  hostName: string | readonly string[]
  /** Addresses of proxies that stand before it, which speak TLS with the world. */
  behindProxy: string | readonly string[]
  /** Whether other machines may reach it without TLS. */
  plainHttp: boolean
  /** Tokens a second that each key has. */
  rate: Amount
  /** Streams that each key may have open. */
  streams: Amount
}>

/** A server that listens. */
export interface Served {
  /** `http://127.0.0.1:4600`. */
  readonly url: string
  /** An address that opens the page once, within ten minutes, without a key. */
  link(): string
  /**
   * Ends it within 5 s: requests and streams, then jobs, which are marked.
   * @returns what has not ended as it should, in words
   */
  close(): Promise<readonly string[]>
}

/** Listens. @throws AppError INVALID_SETTING, USAGE; LISTEN where the address cannot be had */
export async function serve(given: Workspace, options: ServeOptions): Promise<Served> {
  const place = placeOf(options)
  const perSecond = numberOption(options, 'rate', { min: 1, max: 1e6 }) ?? RATE_DEFAULT
  // Before anything is touched that belongs to a server which runs there already: its jobs, for one.
  await requireFree(place)
  await (await given.database()).share()
  const redis = await serverRedis(given)
  const workspace = servedBy(given, redis)
  const desk = openDesk(workspace, {
    streamsPerKey: numberOption(options, 'streams', { min: 1, max: 1000, whole: true }),
  })
  const cut = await desk.begin()
  if (cut > 0) workspace.output.log(`${cut} jobs were cut when the server before ended`)
  const api = await buildServer(desk, {
    limits: new RateLimit({ perSecond }, redis),
    checkHost: hostCheck([...listOption(options, 'hostName'), ...place.names]),
    isSecure: place.isSecure,
    proxies: listOption(options, 'behindProxy'),
    onRefusal: reason => desk.metrics.count('assay_auth_failures_total', { reason }),
  })
  await listen(api, place).catch(async (error: unknown) => {
    await desk.close()
    redis?.disconnect()
    throw error
  })
  return {
    url: urlOf(api, place),
    link: () => `${urlOf(api, place)}/#code=${desk.links.issue('trade')}`,
    close: () => {
      const timers = [
        // Requests whose bodies do not come must not hold it up.
        setTimeout(() => api.server.closeAllConnections(), GRACE_MS),
      ]
      const late = new Promise<void>(done => timers.push(setTimeout(done, END_MS)))
      const steps: EndStep[] = [
        ['requests', async () => void (await api.close())],
        ['jobs and streams', () => desk.close()],
      ]
      return endInOrder(steps, late).finally(() => {
        for (const timer of timers) clearTimeout(timer)
        redis?.disconnect()
      })
    },
  }
}

interface Place {
  readonly host: string
  readonly port: number
  readonly isSecure: boolean
  readonly names: readonly string[]
}

/** Where it is to listen. Other machines reach it by TLS, or by somebody's express wish. */
function placeOf(options: ServeOptions): Place {
  const host = textOption(options, 'host') ?? '127.0.0.1'
  const port = numberOption(options, 'port', { min: 0, max: 65_535, whole: true }) ?? PORT_DEFAULT
  const isLoopback = LOOPBACK.includes(host)
  const isSecure = listOption(options, 'behindProxy').length > 0
  if (!isLoopback && !isSecure && !isOn(options, 'plainHttp')) {
    throw new AppError(
      'USAGE',
      `--host ${host} lets other machines reach the server, and keys would travel to it in the clear`,
      {
        hint: 'put a proxy that speaks TLS before it and name its address with --behind-proxy; on a network that is yours alone, say --plain-http (docs/deployment.md)',
      },
    )
  }
  return { host, port, isSecure, names: isLoopback ? [] : [host] }
}

/** @throws AppError LISTEN where somebody else listens there, or nobody may */
async function requireFree(place: Place): Promise<void> {
  const { host, port } = place
  const probe = createServer()
  try {
    await once(probe.listen({ host, port }), 'listening')
  } catch (error) {
    throw cannotListen(place, error)
  }
  await new Promise(closed => probe.close(closed))
}

async function listen(api: Api, place: Place): Promise<void> {
  const { host, port } = place
  try {
    await api.listen({ host, port })
  } catch (error) {
    await api.close()
    throw cannotListen(place, error)
  }
}

function cannotListen({ host, port }: Place, error: unknown): AppError {
  const { code = '' } = error as NodeJS.ErrnoException
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another program listens there',
    EACCES: 'this user may not listen there',
    EADDRNOTAVAIL: 'this machine does not have that address',
    ENOTFOUND: 'there is no such host',
  }
  return new AppError('LISTEN', `cannot listen on ${host}:${port}: ${reasons[code] ?? code}`, {
    hint: 'give another --port, or 0 for one that is free',
    cause: error,
  })
}

function urlOf({ server }: Api, { host }: Place): string {
  const { port } = server.address() as AddressInfo
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}

/** Redis as a server asks it, which must hold up no request; none where none is named. */
async function serverRedis({ home, output }: Workspace): Promise<Redis | null> {
  if (home.redisUrl === null) return null
  const redis = quickRedis(home.redisUrl, text => output.log(text))
  // The first requests would find it away otherwise; one that does not come is told of as away.
  await once(redis, 'ready', { signal: AbortSignal.timeout(REDIS_MS) }).catch(() => undefined)
  return redis
}
