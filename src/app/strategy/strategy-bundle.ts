import { realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import * as esbuild from 'esbuild'
import { AppError } from '../../core/errors.js'
import { PACKAGE_ROOT } from '../../data/files/package-root.js'
import { isBelow, projectFolder } from './project-folder.js'
import { FACES, FACES_NAME, faceNames } from './strategy-module.js'
import { describeCompileError, IMPORT_HINT, SYNTAX_HINT } from './compile-error.js'
import { refusal } from './strategy-refusal.js'

const BUILD = {
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'neutral',
  target: 'node20',
  logLevel: 'silent',
} as const satisfies esbuild.BuildOptions

/** `assay.smaa` after `import * as assay` is a mistake, not undefined. */
const UNDEFINED_IMPORTS = { 'import-is-undefined': 'error' } as const

/** The file with its neighbours, as one module. @throws AppError STRATEGY_FILE */
export function bundle(path: string, file: string, { withMap = false } = {}): Promise<Compiled> {
  const plugins = [onlyAssay, onlyBelow(projectFolder(file))]
  const sourcemap = withMap && ('inline' as const)
  return compile(path, { ...BUILD, entryPoints: [file], plugins, sourcemap })
}

/** Code, and where it was asked for the map from it to its sources, as JSON. */
export interface Compiled {
  readonly code: string
  readonly map: string | null
}

/** A strategy file and the files of the user's that it imports; null where that cannot be told. */
export async function filesOf(path: string): Promise<readonly string[] | null> {
  try {
    const file = resolve(path)
    const plugins = [onlyAssay, onlyBelow(projectFolder(file))]
    const { metafile } = await esbuild.build({
      ...BUILD,
      entryPoints: [file],
      plugins,
      metafile: true,
    })
    return Object.keys(metafile.inputs).map(input => resolve(input))
  } catch {
    return null
  }
}

/**
 * Puts the refusing names of strategy-scope.ts in the place of the global ones, wherever the code
 * has not declared them itself, and hands its imports of `assay` over by name. What it exports is the
 * value of a variable, so that it runs as a script: that can be ended where it does not end.
 * @throws AppError STRATEGY_FILE
 */
export async function confine(
  path: string,
  code: string,
  { withMap = false } = {},
): Promise<Compiled> {
  const compiled = await compile(path, {
    ...BUILD,
    ...(withMap && { sourcemap: 'external', outfile: 'strategy.js' }),
    format: 'iife',
    globalName: 'exported',
    stdin: { contents: code, loader: 'js' },
    inject: [join(PACKAGE_ROOT, 'dist/strategy-scope.js')],
    plugins: [facesHere],
    logOverride: UNDEFINED_IMPORTS,
    supported: {
      'dynamic-import': false,
      'import-meta': false,
      'async-await': false,
      'async-generator': false,
      'for-await': false,
    },
  })
  const { code: confined } = compiled
  if (confined.includes(COMPUTED_IMPORT)) {
    throw refusal(path, 'imports by import(), which is not allowed', IMPORT_HINT)
  }
  if (!ASYNC.test(confined)) return compiled
  throw refusal(path, 'has an async function', 'a strategy waits for nothing: it decides at once')
}

/** What esbuild makes of an `import()` that it may not leave as it is. */
const COMPUTED_IMPORT = 'Promise.resolve().then(() => __toESM(__require('
/** What it makes of functions that wait. */
const ASYNC = /^ *var __(async|asyncGenerator|forAwait) = /m

async function compile(
  path: string,
  options: esbuild.BuildOptions & { write: false },
): Promise<Compiled> {
  try {
    const files = (await esbuild.build(options)).outputFiles
    const map = files.find(({ path: name }) => name.endsWith('.map'))
    return { code: files.find(file => file !== map)!.text, map: map?.text ?? null }
  } catch (error) {
    throw await notCompiled(path, error)
  }
}

/** Why a file does not compile, and where. */
async function notCompiled(path: string, error: unknown): Promise<AppError> {
  const first = (error as esbuild.BuildFailure).errors?.[0]
  if (first?.detail instanceof AppError) return first.detail
  if (first === undefined) return refusal(path, `does not compile: ${String(error)}`, SYNTAX_HINT)
  const { problem, hint, isInCode } = describeCompileError(first)
  // The code is the bundle of all files: where the name stands in them, they are asked for.
  const location = isInCode ? await sourcePlace(path, first.text) : first.location
  const place = location ? `: ${placeText(location)}` : ''
  return refusal(path, `does not compile${place}: ${problem}`, hint)
}

function placeText({ file, line, column }: esbuild.Location): string {
  return `${file}:${line}:${column + 1}`
}

/** Where an error stands in the user's own files; null where it does not come again there. */
async function sourcePlace(path: string, text: string): Promise<esbuild.Location | null> {
  const file = resolve(path)
  const plugins = [facesHere, onlyBelow(projectFolder(file))]
  const options = { ...BUILD, entryPoints: [file], plugins, logOverride: UNDEFINED_IMPORTS }
  return esbuild.build(options).then(
    () => null,
    (error: unknown) => {
      const found = (error as esbuild.BuildFailure).errors?.find(one => one.text === text)
      return found?.location ?? null
    },
  )
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

/** Whatever path leads to a file, by links or by names, it lies in the project. */
function onlyBelow(project: string): esbuild.Plugin {
  return {
    name: 'only-below',
    setup(build) {
      build.onLoad({ filter: /.*/ }, ({ path }) => {
        if (isBelow(realpathSync(path), project)) return null
        return { errors: [{ text: `"${path}" lies outside of the project in "${project}"` }] }
      })
    },
  }
}

const facesHere: esbuild.Plugin = {
  name: 'faces-here',
  setup(build) {
    build.onResolve({ filter: /^assay/ }, ({ path }) => ({ path, namespace: 'face' }))
    build.onLoad({ filter: /.*/, namespace: 'face' }, async ({ path }) => {
      const names = (await faceNames(path)).join(', ')
      const contents = `const { ${names} } = ${FACES_NAME}[${JSON.stringify(path)}]\nexport { ${names} }`
      return { contents, loader: 'js' }
    })
  },
}
