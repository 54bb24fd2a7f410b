import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import type { RequestHeader } from './api.js'

type Transform = typeof jsonSchemaTransform
type TransformObject = typeof jsonSchemaTransformObject
/** What is written of the document here; the plugin's own type has a form for each version of OpenAPI. */
interface Text {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components?: { readonly schemas?: Readonly<Record<string, unknown>> }
}
type Json = { [name: string]: unknown }

/** What each header of a request is, for who reads the text. */
const HEADERS: Readonly<
  Record<RequestHeader, { readonly description: string; readonly schema: Json }>
> = {
  'Idempotency-Key': {
    description: 'The same when the same request is sent again: it is then done once',
    schema: { type: 'string', pattern: '^[\\x21-\\x7e]{8,128}$' },
  },
  'If-Match': {
    description: 'The ETag that GET gave, or * for any',
    schema: { type: 'string' },
  },
  'Last-Event-ID': {
    description: 'Of a stream: the id of the last event that was received',
    schema: { type: 'string', pattern: '^\\d{1,15}$' },
  },
}
const ANSWER_HEADERS: Readonly<Record<string, Json>> = {
  Location: { description: 'Where it is followed', schema: { type: 'string' } },
  ETag: { description: 'The version, which If-Match takes', schema: { type: 'string' } },
}

/** A route as the text has it: with the scope that it takes, and what it costs. */
export const describeRoute: Transform = input => {
  const { schema, url } = jsonSchemaTransform(input)
  const { access } = input.route.config ?? {}
  if (access === undefined || schema === undefined) return { schema, url }
  const { scope, cost, reads, gives } = access
  const marks = { 'x-scope': scope, 'x-cost': cost, 'x-reads': reads, 'x-gives': gives }
  const isOpen = scope === 'open' && { security: [] }
  return { schema: { ...schema, ...marks, ...isOpen }, url }
}

/** The whole text: headers where they belong, and no component that nothing refers to. */
export const describeAll: TransformObject = document => {
  const text = jsonSchemaTransformObject(document) as Text
  for (const operation of operationsOf(text)) writeHeaders(operation)
  return withUsedComponents(text)
}

interface Operation {
  parameters?: Json[]
  responses?: Record<string, Json>
  'x-reads'?: Readonly<Partial<Record<RequestHeader, 'required' | 'optional'>>>
  'x-gives'?: readonly string[]
}

function operationsOf({ paths = {} }: Text): Operation[] {
  return Object.values(paths).flatMap(path => Object.values(path))
}

function writeHeaders(operation: Operation): void {
  const { 'x-reads': reads = {}, 'x-gives': gives = [] } = operation
  delete operation['x-reads']
  delete operation['x-gives']
  for (const [name, need] of Object.entries(reads) as [RequestHeader, string][]) {
    operation.parameters ??= []
    operation.parameters.push({
      name,
      in: 'header',
      required: need === 'required',
      ...HEADERS[name],
    })
  }
  for (const [status, answer] of Object.entries(operation.responses ?? {})) {
    if (!status.startsWith('2') || gives.length === 0) continue
    answer['headers'] = Object.fromEntries(gives.map(name => [name, ANSWER_HEADERS[name]]))
  }
}

/** Each schema is made in the form that is sent and in the one that is read; most have one use. */
function withUsedComponents(text: Text): Text {
  const all = text.components?.schemas ?? {}
  const used = new Set<string>()
  const follow = (part: unknown): void => {
    for (const [, name] of JSON.stringify(part).matchAll(/"#\/components\/schemas\/([^"]+)"/g)) {
      if (used.has(name!)) continue
      used.add(name!)
      follow(all[name!])
    }
  }
  follow(text.paths ?? {})
  const names = new Map([...used].sort().map(name => [name, plainName(name, used)]))
  const schemas = Object.fromEntries([...names].map(([name, plain]) => [plain, all[name]]))
  const written = JSON.stringify({ ...text, components: { ...text.components, schemas } })
  return JSON.parse(
    written.replace(
      /"#\/components\/schemas\/([^"]+)"/g,
      (_, name: string) => `"#/components/schemas/${names.get(name)!}"`,
    ),
  ) as Text
}

function plainName(name: string, used: ReadonlySet<string>): string {
  const plain = name.replace(/Input$/, '')
  return used.has(plain) ? name : plain
}
