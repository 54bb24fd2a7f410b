import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { AppError } from '../../core/errors.js'
import { declarationProblem } from '../../core/strategy/declaration.js'
import { defineStrategy, type AnyStrategy } from '../../core/strategy/strategy.js'
import { STRATEGIES } from '../../../strategies/index.js'
import { bundle, confine } from './strategy-bundle.js'
import { StrategyModule, facesOf } from './strategy-module.js'
import { refusal } from './strategy-refusal.js'
import type { StrategySource } from './strategy-source.js'

/**
 * Loads the strategy of a file.
 * @throws AppError STRATEGY_FILE
 */
export async function loadStrategyFile(path: string, folder: string): Promise<StrategySource> {
  const { file, exported, sourceHash } = await loadConfined(path, folder)
  const strategy = defineStrategy(pickStrategy(path, exported)) as AnyStrategy
  checkName(path, strategy.name)
  const found = declarationProblem(strategy)
  if (found !== null) throw refusal(path, `is declared wrongly: ${found.problem}`, found.hint)
  return { strategy, file, sourceHash }
}

/** A module of the user's, as it runs here. */
export interface ConfinedModule {
  /** Its path as it is recorded. */
  readonly file: string
  readonly exported: Record<string, unknown>
  /** SHA-256 of the user's code, its neighbours included. */
  readonly sourceHash: string
}

/**
 * Bundles a user's file with the files it imports and loads it. It may import `assay` and its
 * own neighbours, nothing else, and the names around it that would tell the time or reach out
 * refuse: what has no clock and no network cannot depend on them. The hash is that of the user's
 * code alone.
 * @throws AppError STRATEGY_FILE, OUT_OF_TIME
 */
export async function loadConfined(path: string, folder: string): Promise<ConfinedModule> {
  const shipped = shippedFile(path, folder)
  const isShipped = existsSync(shipped)
  const code = isShipped ? await readFile(shipped, 'utf8') : await bundleFile(path)
  const sourceHash = createHash('sha256').update(code).digest('hex')
  const module = new StrategyModule(path, (await confine(path, code)).code, await facesOf(code))
  const file = isShipped ? path : relative('.', resolve(path)) || path
  return { file, exported: module.run(), sourceHash }
}

/** Where the bundle of a file lies that was made on another machine, in a folder of its own. */
export function shippedFile(path: string, folder: string): string {
  return join(folder, 'shipped', `${createHash('sha256').update(path).digest('hex')}.js`)
}

/** A user's file with the files it imports, as the one module that is hashed. @throws AppError STRATEGY_FILE */
export async function bundleFile(path: string): Promise<string> {
  const file = resolve(path)
  if (existsSync(file)) return (await bundle(path, file)).code
  throw new AppError('STRATEGY_FILE', `strategy file "${path}" does not exist`, {
    hint: 'check the path, or name a strategy from assay strategies list',
  })
}

function pickStrategy(path: string, exported: Record<string, unknown>): AnyStrategy {
  const found = [...new Set(Object.values(exported))].filter(isStrategy)
  if (found.length === 1) return found[0]!
  const missing = found.length === 0 ? missingMember(Object.values(exported)) : null
  if (missing !== null) {
    throw refusal(path, `exports a strategy without ${missing.name}`, missing.hint)
  }
  throw refusal(
    path,
    `exports ${found.length} strategies, but must export one`,
    'export default defineStrategy({ name, description, params, indicators, decide })',
  )
}

const LONGEST_NAME = 64

/** A name is an id in tables, configuration files and stored runs, and means one strategy. */
function checkName(path: string, name: string): void {
  if (!/^[a-z][a-z0-9]*(_[a-z0-9]+)*$/.test(name)) {
    const problem = `has the name "${name.slice(0, LONGEST_NAME)}", which is not in snake_case`
    throw refusal(path, problem, 'use small letters, digits and single underscores: my_strategy')
  }
  if (name.length > LONGEST_NAME) {
    const problem = `has a name of ${name.length} characters, but ${LONGEST_NAME} are the most`
    throw refusal(path, problem, `shorten "${name.slice(0, LONGEST_NAME)}..."`)
  }
  if (STRATEGIES.some(shipped => shipped.name === name)) {
    const problem = `has the name "${name}", which is that of a strategy of Assay`
    throw refusal(path, problem, `give it another name, for example my_${name}`)
  }
}

const MEMBERS: Readonly<Record<string, string>> = {
  name: 'string',
  params: 'object',
  indicators: 'function',
  decide: 'function',
}

/** What the first exported object that means to be a strategy lacks. */
function missingMember(values: readonly unknown[]): { name: string; hint: string } | null {
  for (const value of values) {
    if (typeof value !== 'object' || value === null || !('decide' in value)) continue
    const members = value as Record<string, unknown>
    const name = Object.keys(MEMBERS).find(member => typeof members[member] !== MEMBERS[member])
    if (name !== undefined) return { name, hint: `add ${EXAMPLES[name]!}` }
  }
  return null
}

const EXAMPLES: Readonly<Record<string, string>> = {
  name: "name: 'my_strategy'",
  params: 'params: {}, or what can be varied',
  indicators: 'indicators: () => ({}), or what it looks at',
  decide: 'a function decide({ candle, indicators }, state)',
}

function isStrategy(value: unknown): value is AnyStrategy {
  if (typeof value !== 'object' || value === null) return false
  const members = value as Record<string, unknown>
  return Object.keys(MEMBERS).every(name => typeof members[name] === MEMBERS[name])
}
