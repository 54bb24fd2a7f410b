import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { JobDesk } from '../app/jobs/job-desk.js'
import type { Workspace } from '../app/workspace/compose.js'
import type { Clock } from '../core/ports/clock.js'
import type { Scope } from '../core/ports/server/keys.js'
import type { Caller } from './guard/caller.js'
import type { KeyRing } from './guard/key-ring.js'
import type { Tickets } from './guard/tickets.js'
import type { ServerMetrics } from './metrics/server-metrics.js'
import type { EventHub } from './stream/event-hub.js'
import type { EventStreams } from './stream/event-streams.js'

/** The server, as files of routes see it: schemas say what comes in and goes out. */
export type Api = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>

/** What routes work with. */
export interface Desk {
  readonly workspace: Workspace
  readonly clock: Clock
  readonly keyRing: KeyRing
  readonly jobs: JobDesk
  readonly hub: EventHub
  readonly streams: EventStreams
  readonly metrics: ServerMetrics
  /** One-time links to the page, with the scope that they give. */
  readonly links: Tickets<Scope>
  /** Requests with an idempotency key that are being answered here. */
  readonly underWay: Set<string>
}

/** Declares the routes of a resource. */
export type Routes = (api: Api, desk: Desk) => void

/** Who may call a route, and what it costs him; each route has one, or the server does not start. */
export interface Access {
  /** The least scope that a key needs; `open` for what needs no key. */
  readonly scope: Scope | 'open'
  /** Tokens of the caller's rate limit. */
  readonly cost: number
  /** Headers of a request that it reads. */
  readonly reads?: Readonly<Partial<Record<RequestHeader, 'required' | 'optional'>>>
  /** Headers of its answer that say something of their own. */
  readonly gives?: readonly ('Location' | 'ETag')[]
}

/** Headers of a request that some route reads. */
export type RequestHeader = 'Idempotency-Key' | 'If-Match' | 'Last-Event-ID'

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
  }
  interface FastifyInstance {
    /** Who may call what: by method and address, `GET /v1/runs`. */
    readonly rules: ReadonlyMap<string, Access>
  }
  interface FastifyRequest {
    /** Null for a route that is open, and before the key was looked at. */
    caller: Caller | null
  }
}
