import { SourceMap, type SourceMapPayload } from 'node:module'
import { relative, resolve } from 'node:path'
import { AppError } from '../../core/errors.js'
import { bundle, confine } from './strategy-bundle.js'
import { isStrategyCode } from './strategy-module.js'

/** A frame of a stack in the code of a strategy file, as that code runs. */
interface Frame {
  readonly name: string
  readonly path: string
  readonly line: number
  readonly column: number
}

/** Frames of the user's that are shown: the innermost ones say where, the others only how. */
const FRAMES_MOST = 5

/** Errors that have what a strategy threw as their cause. */
const TOLD: ReadonlySet<string> = new Set(['STRATEGY_FAILED', 'STRATEGY_FILE'])

/**
 * The error of a strategy that threw, with the place in the user's own files as its hint: what runs
 * is bundled, so the lines of the stack are none of the user's. Any other error comes back as it is.
 */
export async function withPlace(error: unknown): Promise<unknown> {
  if (!(error instanceof AppError) || !TOLD.has(error.code)) return error
  const places: string[] = []
  // Not kept for the next error: by then a watched file may have changed.
  const maps: Maps = new Map()
  for (const frame of framesOf(error.cause).slice(0, FRAMES_MOST)) {
    const place = await placeOf(frame, maps)
    if (place !== null) places.push(place)
  }
  if (places.length === 0) return error
  const hints = error.code === 'STRATEGY_FILE' ? [...places, error.hint] : places
  return new AppError(error.code, error.message, {
    hint: hints.join('\n  '),
    data: { ...error.data, places },
    cause: error.cause,
  })
}

/** The frames of a stack in the code of strategy files; none of Assay's own. */
function framesOf(cause: unknown): Frame[] {
  const stack = cause instanceof Error ? (cause.stack ?? '') : ''
  return stack.split('\n').flatMap(line => {
    const found = /^ +at (?:(.+?) \()?([^()]+?):(\d+):(\d+)\)?$/.exec(line)
    if (found === null || !isStrategyCode(found[2]!)) return []
    const [, name = '', path = '', row, column] = found
    if (name.startsWith('StrategyModule.')) return []
    return [{ name, path, line: Number(row), column: Number(column) }]
  })
}

type Maps = Map<string, Promise<SourceMap | null>>

async function placeOf({ name, path, line, column }: Frame, maps: Maps): Promise<string | null> {
  const known = maps.get(path) ?? mapOf(path)
  maps.set(path, known)
  const map = await known
  if (map === null) return null
  const entry = map.findEntry(line - 1, column - 1)
  if (!('originalSource' in entry) || entry.originalSource.includes('strategy-scope')) return null
  const file = relative('.', resolve(entry.originalSource))
  const at = `${file}:${entry.originalLine + 1}:${entry.originalColumn + 1}`
  return name === '' ? `at ${at}` : `at ${name} (${at})`
}

/** From the code that runs to the user's files; null where the file has changed since, or went. */
async function mapOf(path: string): Promise<SourceMap | null> {
  try {
    const { code } = await bundle(path, resolve(path), { withMap: true })
    const { map } = await confine(path, code, { withMap: true })
    return new SourceMap(JSON.parse(map!) as SourceMapPayload)
  } catch {
    return null
  }
}
