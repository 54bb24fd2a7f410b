import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../core/errors.js'
import { nearestName } from '../../core/names.js'
import { STRATEGIES } from '../../../strategies/index.js'
import { PACKAGE_ROOT } from '../../data/files/package-root.js'
import { tellOnce } from './program-notice.js'
import type { StrategySource } from './strategy-source.js'

const loaded = new Map<string, Promise<StrategySource>>()

/**
 * A strategy by id, or from a user's TypeScript or JavaScript file. Loaded once a process: its
 * flags are declared from it before it runs, and compiling a file takes a while.
 * @param folder where compiled strategy files are kept
 * @throws AppError UNKNOWN_STRATEGY, STRATEGY_FILE
 */
export function loadStrategy(reference: string, folder: string): Promise<StrategySource> {
  const key = keyOf(reference, folder)
  const known = loaded.get(key)
  if (known) return known
  const loading = findStrategy(reference, folder)
  loaded.set(key, loading)
  return loading
}

/** Loads a strategy anew when it is asked for next: its file has changed. */
export function forgetStrategy(reference: string, folder: string): void {
  loaded.delete(keyOf(reference, folder))
}

function keyOf(reference: string, folder: string): string {
  return JSON.stringify([reference, folder])
}

async function findStrategy(reference: string, folder: string): Promise<StrategySource> {
  if (isStrategyFile(reference)) {
    tellOnce(folder)
    const { loadStrategyFile } = await import('./strategy-file.js')
    return loadStrategyFile(reference, folder)
  }
  const strategy = STRATEGIES.find(({ name }) => name === reference)
  if (!strategy) throw unknownStrategy(reference)
  const source = await readFile(join(PACKAGE_ROOT, 'strategies', `${strategy.name}.ts`))
  return { strategy, file: null, sourceHash: createHash('sha256').update(source).digest('hex') }
}

/** Whether a reference is the path of a file rather than the id of a strategy. */
export function isStrategyFile(reference: string): boolean {
  return /[\\/]|\.[cm]?[jt]s$/.test(reference)
}

function unknownStrategy(reference: string): AppError {
  const known = STRATEGIES.map(({ name }) => name)
  const near = nearestName(reference, known)
  return new AppError('UNKNOWN_STRATEGY', `there is no strategy "${reference}"`, {
    hint: near
      ? `did you mean ${near}?`
      : `choose one of ${known.join(', ')}, or give the path of a strategy file`,
  })
}
