import { existsSync, readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { ZodType } from 'zod'
import { AppError } from '../../core/errors.js'
import { makeFolder } from './disk-errors.js'
import { writeWhole } from './draft.js'

/**
 * What a JSON file of the user's holds; undefined where there is none.
 * @param hint what to do where it is wrong
 * @throws AppError INVALID_CONFIG that names the wrong key
 */
export function readSettings<T>(path: string, schema: ZodType<T>, hint: string): T | undefined {
  if (!existsSync(path)) return undefined
  const parsed = schema.safeParse(jsonOf(path, hint))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw invalid(path, `${issue!.path.join('.')}: ${issue!.message}`, hint)
}

/** Writes such a file, whole. @throws AppError DISK */
export function writeSettings(path: string, settings: unknown): void {
  makeFolder(dirname(path))
  writeWhole(path, [`${JSON.stringify(settings, null, 2)}\n`])
}

function jsonOf(path: string, hint: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    throw invalid(path, `no JSON: ${(error as Error).message}`, hint)
  }
}

function invalid(path: string, what: string, hint: string): AppError {
  return new AppError('INVALID_CONFIG', `file "${path}": ${what}`, { hint, data: { file: path } })
}
