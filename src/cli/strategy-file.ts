import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as esbuild from 'esbuild'
import { AppError } from '../core/errors.js'
import type { AnyStrategy } from '../core/strategy.js'
import { PACKAGE_ROOT } from '../data/package-root.js'
import type { StrategySource } from './strategy-source.js'

/** What a strategy file may import besides its own files, and where it is built. */
const FACES: Readonly<Record<string, string>> = {
  assay: 'core.js',
  'assay/technicalindicators': 'technical-indicators.js',
}

/**
 * Bundles a strategy file with the files it imports and loads it. It may import `assay` and its
 * own neighbours, nothing else: what has no clock and no network can not depend on them.
 * @throws AppError STRATEGY_FILE
 */
export async function loadStrategyFile(path: string, folder: string): Promise<StrategySource> {
  const file = resolve(path)
  if (!existsSync(file)) {
    throw new AppError('STRATEGY_FILE', `strategy file "${path}" does not exist`, {
      hint: 'check the path, or name a strategy from assay strategies list',
    })
  }
  const code = await bundle(path, file)
  const sourceHash = createHash('sha256').update(code).digest('hex')
  const target = join(folder, 'strategies', `${sourceHash}.mjs`)
  await mkdir(join(folder, 'strategies'), { recursive: true })
  await writeFile(target, withFaces(code))
  const strategy = pickStrategy(path, await importFile(path, target))
  return { strategy, file: relative('.', file) || file, sourceHash }
}

async function bundle(path: string, file: string): Promise<string> {
  try {
    const result = await esbuild.build({
      entryPoints: [file],
      bundle: true,
      write: false,
      format: 'esm',
      platform: 'neutral',
      target: 'node20',
      logLevel: 'silent',
      plugins: [onlyAssay],
    })
    return result.outputFiles[0]!.text
  } catch (error) {
    const first = (error as esbuild.BuildFailure).errors?.[0]
    const place = first?.location ? `${first.location.file}:${first.location.line}: ` : ''
    throw new AppError(
      'STRATEGY_FILE',
      `strategy file "${path}" does not compile: ${place}${first?.text ?? String(error)}`,
      {
        hint: "a strategy imports from 'assay' and from its own files only",
      },
    )
  }
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

/** Points the imports of `assay` at this installation. */
function withFaces(code: string): string {
  return code.replace(
    /^((?:import|export)\b[^'"]*?|\} from )"(assay(?:\/technicalindicators)?)";?$/gm,
    (_, head: string, name: string) => {
      const url = pathToFileURL(join(PACKAGE_ROOT, 'dist', FACES[name]!)).href
      return `${head}${JSON.stringify(url)};`
    },
  )
}

async function importFile(path: string, target: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(target).href)) as Record<string, unknown>
  } catch (error) {
    throw new AppError(
      'STRATEGY_FILE',
      `strategy file "${path}" fails when it is loaded: ${(error as Error).message}`,
      {
        hint: 'a strategy file only declares; it does nothing when it is imported',
      },
    )
  }
}

function pickStrategy(path: string, exported: Record<string, unknown>): AnyStrategy {
  const found = [...new Set(Object.values(exported))].filter(isStrategy)
  if (found.length === 1) return found[0]!
  throw new AppError(
    'STRATEGY_FILE',
    `strategy file "${path}" exports ${found.length} strategies, but must export one`,
    {
      hint: 'export default defineStrategy({ name, description, params, templates, indicators, initial, decide })',
    },
  )
}

const MEMBERS: Readonly<Record<string, string>> = {
  name: 'string',
  params: 'object',
  templates: 'object',
  indicators: 'function',
  initial: 'function',
  decide: 'function',
}

function isStrategy(value: unknown): value is AnyStrategy {
  if (typeof value !== 'object' || value === null) return false
  const members = value as Record<string, unknown>
  return Object.keys(MEMBERS).every(name => typeof members[name] === MEMBERS[name])
}
