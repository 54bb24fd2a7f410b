import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as esbuild from 'esbuild'
import { AppError } from '../../core/errors.js'
import * as assay from '../../core/index.js'
import { nearestName } from '../../core/names.js'
import { declarationProblem } from '../../core/strategy/declaration.js'
import { defineStrategy, type AnyStrategy } from '../../core/strategy/strategy.js'
import { STRATEGIES } from '../../../strategies/index.js'
import { PACKAGE_ROOT } from '../../data/files/package-root.js'
import type { StrategySource } from './strategy-source.js'

/** What a strategy file may import besides its own files, and where it is built. */
const FACES: Readonly<Record<string, string>> = {
  assay: 'core.js',
  'assay/technicalindicators': 'technical-indicators.js',
}

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
 * @throws AppError STRATEGY_FILE
 */
export async function loadConfined(path: string, folder: string): Promise<ConfinedModule> {
  const shipped = shippedFile(path, folder)
  const isShipped = existsSync(shipped)
  const code = isShipped ? await readFile(shipped, 'utf8') : await bundleFile(path)
  const sourceHash = createHash('sha256').update(code).digest('hex')
  const target = join(folder, 'strategies', `${sourceHash}.mjs`)
  await mkdir(join(folder, 'strategies'), { recursive: true })
  await writeFile(target, await confine(path, code))
  const file = isShipped ? path : relative('.', resolve(path)) || path
  return { file, exported: await importFile(path, target), sourceHash }
}

/** Where the bundle of a file lies that was made on another machine, in a folder of its own. */
export function shippedFile(path: string, folder: string): string {
  return join(folder, 'shipped', `${createHash('sha256').update(path).digest('hex')}.js`)
}

/** A user's file with the files it imports, as the one module that is hashed. @throws AppError STRATEGY_FILE */
export async function bundleFile(path: string): Promise<string> {
  const file = resolve(path)
  if (existsSync(file)) return bundle(path, file)
  throw new AppError('STRATEGY_FILE', `strategy file "${path}" does not exist`, {
    hint: 'check the path, or name a strategy from assay strategies list',
  })
}

const BUILD = {
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'neutral',
  target: 'node20',
  logLevel: 'silent',
} as const satisfies esbuild.BuildOptions

/** The file with its neighbours, as one module. */
function bundle(path: string, file: string): Promise<string> {
  return compile(path, { ...BUILD, entryPoints: [file], plugins: [onlyAssay] })
}

/**
 * Puts the refusing names of strategy-scope.ts in the place of the global ones, wherever the code
 * has not declared them itself, and points its imports of `assay` at this installation.
 */
async function confine(path: string, code: string): Promise<string> {
  const confined = await compile(path, {
    ...BUILD,
    stdin: { contents: code, loader: 'js' },
    inject: [join(PACKAGE_ROOT, 'dist/strategy-scope.js')],
    plugins: [facesHere],
    supported: { 'dynamic-import': false, 'import-meta': false },
  })
  if (!confined.includes(COMPUTED_IMPORT)) return confined
  throw refusal(path, 'imports by import(), which is not allowed', IMPORT_HINT)
}

/** What esbuild makes of an `import()` that it may not leave as it is. */
const COMPUTED_IMPORT = 'Promise.resolve().then(() => __toESM(__require('
const IMPORT_HINT = "a strategy imports from 'assay' and from its own files only"

async function compile(
  path: string,
  options: esbuild.BuildOptions & { write: false },
): Promise<string> {
  try {
    return (await esbuild.build(options)).outputFiles[0]!.text
  } catch (error) {
    const first = (error as esbuild.BuildFailure).errors?.[0]
    const place = first?.location ? `${first.location.file}:${first.location.line}: ` : ''
    const text = first?.text ?? String(error)
    throw refusal(path, `does not compile: ${place}${text}`, IMPORT_HINT)
  }
}

function refusal(path: string, problem: string, hint: string): AppError {
  return new AppError('STRATEGY_FILE', `strategy file "${path}" ${problem}`, { hint })
}

const onlyAssay: esbuild.Plugin = {
  name: 'only-assay',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === 'entry-point') return null
      if (Object.hasOwn(FACES, path)) return { path, external: true }
      return { errors: [{ text: `import of "${path}" is not allowed` }] }
    })
  },
}

const facesHere: esbuild.Plugin = {
  name: 'faces-here',
  setup(build) {
    build.onResolve({ filter: /^assay/ }, ({ path }) => {
      const url = pathToFileURL(join(PACKAGE_ROOT, 'dist', FACES[path]!))
      return { path: url.href, external: true }
    })
  },
}

async function importFile(path: string, target: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(target).href)) as Record<string, unknown>
  } catch (error) {
    const missing = missingExport((error as Error).message)
    if (missing !== null) throw refusal(path, missing.problem, missing.hint)
    throw refusal(
      path,
      `fails when it is loaded: ${(error as Error).message}`,
      'keep the top of the file to declarations: what runs when it is loaded must not throw',
    )
  }
}

/** Which name it imports that `assay` does not have, where it fails for that. */
function missingExport(message: string): { problem: string; hint: string } | null {
  const [, file, name] =
    /requested module '.*\/([\w.-]+)' does not provide an export named '(\w+)'/.exec(message) ?? []
  const face = Object.keys(FACES).find(one => FACES[one] === file)
  if (name === undefined || face === undefined) return null
  const known = face === 'assay' ? Object.keys(assay) : []
  const near = nearestName(name, known)
  const problem = `imports ${name}, but "${face}" exports no ${name}`
  return {
    problem: near ? `${problem}; did you mean ${near}?` : problem,
    hint: near ? `import { ${near} } from '${face}'` : 'docs/indicators.md lists the indicators',
  }
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
