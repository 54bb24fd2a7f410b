import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Redis } from 'ioredis'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import type { Api, Desk } from '../../src/api/api.js'
import { openDesk } from '../../src/api/desk.js'
import type { Clock } from '../../src/core/ports/clock.js'
import type { Guard } from '../../src/api/guard/admission.js'
import { hostCheck } from '../../src/api/guard/host-check.js'
import { RateLimit } from '../../src/api/guard/rate-limit.js'
import { servedBy } from '../../src/app/workspace/quick-state.js'
import { buildServer } from '../../src/api/server.js'
import { makeKey, type KeyOptions } from '../../src/app/keys/keys.js'
import { withWorkspace, type Workspace } from '../../src/app/workspace/compose.js'

/** A server over an embedded database of its own, asked without a network. */
export interface ApiHouse {
  readonly workspace: Workspace
  readonly api: Api
  readonly desk: Desk
  /** What the server wrote to its log. */
  readonly log: readonly string[]
  /** Makes a key. */
  key(options?: KeyOptions): Promise<string>
  /** Asks the server. */
  ask(
    method: NonNullable<InjectOptions['method']>,
    url: string,
    options?: Asked,
  ): Promise<LightMyRequestResponse>
  close(): Promise<void>
}

interface Asked {
  readonly key?: string | undefined
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface HouseOptions {
  /** Tokens of each key a second. */
  readonly perSecond?: number
  /** Where the home is; a new one where it is left out. */
  readonly home?: string
  /** Jobs that run at once; none begins where it is 0. */
  readonly jobsMax?: number
  readonly streamsPerKey?: number
  /** By which the server goes; that of the machine where it is left out. */
  readonly clock?: Clock
  /** Redis in which limits are counted, and settings are kept. */
  readonly redis?: Redis | null
}

/** Opens a server. */
export async function openApi({
  perSecond = 1e5,
  home,
  jobsMax = 1,
  streamsPerKey,
  redis = null,
  clock: given,
}: HouseOptions = {}): Promise<ApiHouse> {
  const folder = home ?? mkdtempSync(join(tmpdir(), 'assay-api-'))
  const log: string[] = []
  const output = {
    print: () => undefined,
    log: (text: string) => void log.push(text),
    draw: () => undefined,
    colour: false,
    interactive: false,
  }
  const env = { ASSAY_HOME: folder, DATABASE_URL: '', REDIS_URL: '' }
  const before = Object.keys(env).map(name => [name, process.env[name]] as const)
  Object.assign(process.env, env)
  let [ready, finish] = [(_: Workspace): void => undefined, (): void => undefined]
  const opened = new Promise<Workspace>(resolve => (ready = resolve))
  const finished = new Promise<void>(resolve => (finish = resolve))
  const closed = withWorkspace(output, workspace => {
    ready(workspace)
    return finished
  })
  const own = await opened
  const workspace = given === undefined ? own : { ...own, clock: given }
  for (const [name, value] of before) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  await (await workspace.database()).share()
  const { clock } = workspace
  const desk = openDesk(servedBy(workspace, redis), { jobsMax, streamsPerKey })
  await desk.begin()
  const guard: Guard = {
    limits: new RateLimit({ perSecond }, redis),
    checkHost: hostCheck([]),
    isSecure: false,
    proxies: [],
  }
  const api = await buildServer(desk, guard)
  return {
    workspace,
    api,
    desk,
    log,
    key: async options =>
      (await makeKey(workspace, { scope: 'admin', ...options }, { actor: 'test', at: clock.now() }))
        .text,
    ask: (method, url, { key, body, headers } = {}) =>
      api.inject({
        method,
        url,
        headers: {
          host: 'localhost',
          ...(key !== undefined && { authorization: `Bearer ${key}` }),
          ...headers,
        },
        ...(body !== undefined && { payload: body as object }),
      }),
    close: async () => {
      await api.close()
      await desk.close()
      finish()
      await closed
      if (home === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}
