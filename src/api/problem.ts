import { knownError } from '../app/output/error-text.js'
import type { ErrorCode } from '../core/errors.js'

/** What goes wrong between a client and the server, before any use case is called, with its status. */
export const API_CODES = {
  BAD_REQUEST: 400,
  IDEMPOTENCY_KEY_MISSING: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  NOT_ACCEPTABLE: 406,
  STILL_RUNNING: 409,
  EVENTS_GONE: 410,
  PAGE_GONE: 410,
  BODY_TOO_LARGE: 413,
  ADDRESS_TOO_LONG: 414,
  MEDIA_TYPE: 415,
  WRONG_HOST: 421,
  IDEMPOTENCY_KEY_REUSED: 422,
  VERSION_MISSING: 428,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  BUSY: 503,
} as const satisfies Record<string, number>

export type ApiCode = keyof typeof API_CODES

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request is not right',
  401: 'No key that is known here',
  403: 'The key may not do this',
  404: 'There is no such thing',
  405: 'The method does not go with the address',
  406: 'The format asked for is not served',
  409: 'It does not go with how things stand',
  410: 'It is not kept any more',
  412: 'It was changed meanwhile',
  413: 'The body is too large',
  414: 'The address is too long',
  415: 'The body has a type that is not read',
  421: 'The server does not have this name',
  422: 'Refused',
  428: 'A condition is missing',
  429: 'Too many requests',
  500: 'Failed',
  503: 'Not now',
  507: 'The disk of the server does not take it',
}

/** Errors of use cases whose status does not follow from their exit code. */
const STATUSES: Partial<Readonly<Record<ErrorCode, number>>> = {
  UNKNOWN_RUN: 404,
  UNKNOWN_SWEEP: 404,
  UNKNOWN_SESSION: 404,
  UNKNOWN_PROMOTION: 404,
  UNKNOWN_STRATEGY: 404,
  UNKNOWN_KEY: 404,
  UNKNOWN_JOB: 404,
  UNKNOWN_ALERT: 404,
  NO_CANDLES: 404,
  NO_SETTINGS: 404,
  SETTINGS_CHANGED: 412,
  COMMAND_REFUSED: 409,
  COMMAND_WAITS: 409,
  SESSION_TAKEN: 409,
  JOB_ENDED: 409,
  QUEUE_FULL: 429,
  DISK: 507,
  DATABASE_AWAY: 503,
  DATABASE_BUSY: 503,
  REDIS_AWAY: 503,
}

/** A field of a request that does not hold. */
export interface FieldProblem {
  /** JSON pointer, or the name of a parameter. */
  readonly pointer: string
  readonly message: string
}

/** RFC 9457. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  /** Of docs/errors.md or docs/api.md. */
  readonly code: string
  /** The next step; left out where there is none. */
  readonly hint?: string
  readonly errors?: readonly FieldProblem[]
  /** Id of the request, for whoever looks into the log. */
  readonly instance: string
}

/** What the server refuses before a use case is called. */
export class ApiError extends Error {
  readonly code: ApiCode
  readonly status: number
  readonly more: ApiErrorMore

  constructor(code: ApiCode, message: string, more: ApiErrorMore = {}) {
    super(message)
    this.name = 'ApiError'
    this.code = code
    this.status = API_CODES[code]
    this.more = more
  }
}

interface ApiErrorMore {
  readonly hint?: string
  readonly errors?: readonly FieldProblem[]
  readonly headers?: Readonly<Record<string, string>>
}

/** A problem as it is sent, and the headers that go with it. */
export interface Told {
  readonly problem: Problem
  readonly headers: Readonly<Record<string, string>>
}

/** What a client is told of an error; of one that is not meant for him only the id of his request. */
export function problemOf(error: unknown, instance: string): Told {
  if (error instanceof ApiError) {
    const { hint, errors, headers = {} } = error.more
    return { problem: problem(error, { hint, errors, instance }), headers }
  }
  const known = knownError(error)
  if (known !== undefined) {
    const { code, message, hint } = known
    const status = STATUSES[code] ?? { 1: 500, 2: 400, 3: 422 }[known.exitCode]
    return {
      problem: problem({ code, message, status }, { hint: hint || undefined, instance }),
      headers: status === 503 ? { 'retry-after': '1' } : {},
    }
  }
  const own = frameworkError(error)
  if (own !== null) return { problem: problem(own, { instance }), headers: {} }
  const message = `the server could not do this; its log says why, under ${instance}`
  return { problem: problem({ code: 'INTERNAL', message, status: 500 }, { instance }), headers: {} }
}

function problem(
  { code, message, status }: { code: string; message: string; status: number },
  {
    hint,
    errors,
    instance,
  }: {
    readonly hint?: string | undefined
    readonly errors?: readonly FieldProblem[] | undefined
    readonly instance: string
  },
): Problem {
  return {
    type: `urn:assay:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title: TITLES[status] ?? 'Failed',
    status,
    detail: message,
    code,
    ...(hint !== undefined && { hint }),
    ...(errors !== undefined && { errors }),
    instance,
  }
}

/** A refusal by the framework: what cannot be read, is too large, or does not fit its schema. */
function frameworkError(error: unknown): { code: ApiCode; message: string; status: number } | null {
  if (!(error instanceof Error)) return null
  const status = (error as { statusCode?: unknown }).statusCode
  if (status === 413)
    return { code: 'BODY_TOO_LARGE', message: 'the body is larger than the server reads', status }
  if (status === 414)
    return {
      code: 'ADDRESS_TOO_LONG',
      message: 'the address is longer than the server reads',
      status,
    }
  if (status === 415) {
    return { code: 'MEDIA_TYPE', message: 'a body must be application/json', status }
  }
  if (status === 400) return { code: 'BAD_REQUEST', message: messageOf(error), status }
  return null
}

/** The framework's own sentences name what is wrong, and nothing of the server. */
function messageOf(error: Error): string {
  const code = String((error as { code?: unknown }).code ?? '')
  if (code === 'FST_ERR_CTP_EMPTY_JSON_BODY') return 'the body is empty, but it must be JSON'
  if (code === 'FST_ERR_CTP_INVALID_JSON_BODY' || error instanceof SyntaxError) {
    return 'the body is not JSON'
  }
  if (code === 'FST_ERR_BAD_URL') return 'the address cannot be decoded'
  return 'the request cannot be read'
}
