import { realpathSync } from 'node:fs'
import { join, resolve } from 'node:path'
import * as esbuild from 'esbuild'
import { AppError } from '../../core/errors.js'
import * as assay from '../../core/index.js'
import { nearestName } from '../../core/names.js'
import { PACKAGE_ROOT } from '../../data/files/package-root.js'
import { isBelow, projectFolder } from './project-folder.js'
import { FACES, FACES_NAME, faceNames } from './strategy-module.js'
import { refusal } from './strategy-refusal.js'

const BUILD = {
  bundle: true,
  write: false,
  format: 'esm',
  platform: 'neutral',
  target: 'node20',
  logLevel: 'silent',
} as const satisfies esbuild.BuildOptions

const IMPORT_HINT = "a strategy imports from 'assay' and from its own files only"

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
    const first = (error as esbuild.BuildFailure).errors?.[0]
    if (first?.detail instanceof AppError) throw first.detail
    const place = first?.location ? `${first.location.file}:${first.location.line}: ` : ''
    const text = first?.text ?? String(error)
    const missing = missingExport(text)
    if (missing !== null) throw refusal(path, missing.problem, missing.hint)
    throw refusal(path, `does not compile: ${place}${text}`, IMPORT_HINT)
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

/** Which name it imports that `assay` does not have, where it fails for that. */
function missingExport(message: string): { problem: string; hint: string } | null {
  const [, face, name] = /No matching export in "face:(.+)" for import "(\w+)"/.exec(message) ?? []
  if (name === undefined) return null
  const known = face === 'assay' ? Object.keys(assay) : []
  const near = nearestName(name, known)
  const problem = `imports ${name}, but "${face}" exports no ${name}`
  return {
    problem: near ? `${problem}; did you mean ${near}?` : problem,
    hint: near ? `import { ${near} } from '${face}'` : 'docs/indicators.md lists the indicators',
  }
}
