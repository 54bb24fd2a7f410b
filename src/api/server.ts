import { randomUUID } from 'node:crypto'
import helmet from '@fastify/helmet'
import swagger from '@fastify/swagger'
import websocket from '@fastify/websocket'
import Fastify, { type FastifyReply, type FastifyRequest } from 'fastify'
import {
  hasZodFastifySchemaValidationErrors,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import { placeless } from '../app/workspace/placeless.js'
import { ENGINE_VERSION } from '../core/version.js'
import type { Access, Api, Desk, Routes } from './api.js'
import { admission, type Guard } from './guard/admission.js'
import { requirePlainValues } from './guard/plain-values.js'
import { measureRequests } from './metrics/http-metrics.js'
import { describeAll, describeRoute } from './openapi-text.js'
import { ApiError, problemOf } from './problem.js'
import { ROUTES } from './routes/routes.js'

const BODY_BYTES_MAX = 256 * 1024
const MESSAGE_BYTES_MAX = 64 * 1024
const REQUEST_MS = 30_000
const KEEP_ALIVE_MS = 10_000
const PARAMETER_LENGTH_MAX = 200

/** Headers of every answer. The page loads nothing from elsewhere and runs nothing inline. */
const CONTENT_POLICY = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
  'font-src': ["'self'"],
  'frame-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
}

/** A server with all its routes, which listens to nothing yet. */
export async function buildServer(
  desk: Desk,
  guard: Guard,
  routes: readonly Routes[] = ROUTES,
): Promise<Api> {
  const api: Api = Fastify({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS,
    connectionTimeout: REQUEST_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    routerOptions: { maxParamLength: PARAMETER_LENGTH_MAX },
    trustProxy: guard.proxies.length === 0 ? false : [...guard.proxies],
    requestIdHeader: false,
    genReqId: ({ headers }) => requestId(headers['x-request-id']),
    frameworkErrors: (error, request, reply) => void tell(desk, error, request, reply),
  }).withTypeProvider<ZodTypeProvider>()
  api.setValidatorCompiler(validatorCompiler)
  api.setSerializerCompiler(serializerCompiler)
  api.setErrorHandler((error, request, reply) => tell(desk, error, request, reply))
  await api.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: CONTENT_POLICY },
    strictTransportSecurity: guard.isSecure,
    referrerPolicy: { policy: 'no-referrer' },
  })
  await api.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Assay',
        version: ENGINE_VERSION,
        description:
          'Runs, sweeps, evidence, promotions, and sessions that trade. See docs/api.md.',
      },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
      security: [{ key: [] }],
    },
    transform: describeRoute,
    transformObject: describeAll,
  })
  await api.register(websocket, {
    options: { maxPayload: MESSAGE_BYTES_MAX },
    // Sockets and streams alike: whoever does not take the goodbye is cut off.
    preClose: done => void desk.streams.close().then(() => done(), done),
  })
  requireAccess(api)
  api.decorateRequest('caller', null)
  api.addHook('onRequest', admission(desk, guard))
  api.addHook('preValidation', (request, _, done) => {
    requirePlainValues([request.params, request.query, request.body])
    done()
  })
  measureRequests(api, desk.metrics)
  api.setNotFoundHandler(notFound(api))
  for (const declare of routes) declare(api, desk)
  return api
}

/** Notes the rule of each route. A route without one is a mistake that ends the start. */
function requireAccess(api: Api): void {
  const rules = new Map<string, Access>()
  api.decorate('rules', rules)
  api.addHook('onRoute', ({ url, method, config }) => {
    const access: Access | undefined = config?.access
    for (const one of [method].flat()) {
      if (access === undefined) throw new Error(`${one} ${url} has no rule of access`)
      rules.set(`${one} ${url}`, access)
    }
  })
}

function notFound(api: Api) {
  return ({ method, url }: FastifyRequest): never => {
    const path = url.split('?')[0]!
    const others = [...api.rules.keys()]
      .map(name => name.split(' ') as [string, string])
      .filter(([other, url]) => other !== 'HEAD' && other !== method && isAt(url, path))
      .map(([other]) => other)
    if (others.length === 0) {
      throw new ApiError('NOT_FOUND', 'there is nothing at this address', {
        hint: 'GET /openapi.json lists what there is',
      })
    }
    throw new ApiError('METHOD_NOT_ALLOWED', `${method} does not go with this address`, {
      hint: `use ${others.join(' or ')}`,
      headers: { allow: others.join(', ') },
    })
  }
}

/** Whether an address has the form of a route. */
function isAt(url: string, path: string): boolean {
  const [forms, parts] = [url.split('/'), path.split('/')]
  return (
    forms.length === parts.length &&
    forms.every((form, k) => (form.startsWith(':') ? parts[k] !== '' : form === parts[k]))
  )
}

function requestId(sent: string | string[] | undefined): string {
  return typeof sent === 'string' && /^[\w-]{1,64}$/.test(sent) ? sent : randomUUID()
}

/** Sends an error as a problem; what is not meant for the client goes to the log alone. */
async function tell(
  { workspace }: Desk,
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const known = hasZodFastifySchemaValidationErrors(error) ? unfit(error) : error
  const { problem, headers } = problemOf(known, request.id)
  if (problem.status === 500 || problem.status === 507) {
    workspace.output.log(`request ${request.id} failed: ${(error as Error).stack ?? String(error)}`)
  }
  return reply
    .headers(headers)
    .header('x-request-id', request.id)
    .code(problem.status)
    .type('application/problem+json')
    .serializer((text: unknown) => text as string)
    .send(placeless(JSON.stringify(problem), workspace.home))
}

/** A request that its schema does not take, field by field. */
function unfit({ validation, validationContext = 'request' }: SchemaError): ApiError {
  const errors = validation.map(({ instancePath, message }) => ({
    pointer: `/${validationContext}${instancePath.replace(/\/$/, '')}`,
    message: message ?? 'it does not hold',
  }))
  const [{ pointer, message }] = errors as [(typeof errors)[number]]
  return new ApiError('BAD_REQUEST', `${pointer.slice(1).replaceAll('/', ' ')}: ${message}`, {
    errors,
    hint: 'GET /openapi.json says what this address reads',
  })
}

interface SchemaError {
  readonly validation: readonly { readonly instancePath: string; readonly message?: string }[]
  readonly validationContext?: string
}
