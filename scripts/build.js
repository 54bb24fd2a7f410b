import { existsSync, mkdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { copyFile, rename, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import * as esbuild from 'esbuild'
import { writeDeclarations } from './declarations.js'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Builds `dist/`: the command line, the kernel, the core for strategy files, the database worker, the pages
 * of runs and sweeps. It is built beside and renamed, so that a program that starts meanwhile finds
 * the old one whole or the new one whole.
 *
 * `withTypes` adds the declarations that `package.json` names. They take as long as all the rest, and
 * no command needs them: a build has them where it is asked for them, or where the last one had them.
 */
export async function build({ withTypes = existsSync(`${root}dist/types`) } = {}) {
  const draft = `dist.${process.pid}`
  await rm(root + draft, { recursive: true, force: true })
  const types = withTypes ? writeDeclarations(`${root + draft}/types`) : undefined
  const parts = buildBundle(draft)
    .then(() => buildKernel(draft))
    .then(() => buildParts(root + draft))
    .then(() => buildDashboard(draft))
  await Promise.all([parts, types])
  await replaceFolder(root + draft, `${root}dist`)
}

const LOCK = `${root}dist.lock`
/** A lock that is older than this was left by a build that was killed. */
const LOCK_MS = 120_000

/**
 * Builds where that is needed, one process at a time: of several programs that start at once the
 * first builds, and the others wait for it.
 */
export async function buildOnce(isStale, onBuild) {
  while (isStale()) {
    if (!takeLock()) {
      await new Promise(done => setTimeout(done, 100))
      continue
    }
    try {
      onBuild()
      return await build()
    } finally {
      rmSync(LOCK, { recursive: true, force: true })
    }
  }
}

function takeLock() {
  const since = statSync(LOCK, { throwIfNoEntry: false })?.mtimeMs
  if (since !== undefined && Date.now() - since > LOCK_MS) rmSync(LOCK, { recursive: true })
  try {
    mkdirSync(LOCK)
    return true
  } catch (error) {
    if (error.code === 'EEXIST') return false
    throw error
  }
}

async function buildBundle(outdir) {
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: {
      main: 'src/cli/main.ts',
      core: 'src/core/index.ts',
      'technical-indicators': 'src/backtest/technical/technical-indicators.ts',
      research: 'src/app/research/research.ts',
      'strategy-scope': 'src/app/strategy/strategy-scope.ts',
      'pglite-worker': 'src/data/embedded/pglite-worker.ts',
      'sweep-worker': 'src/app/sweep/threads/sweep-worker.ts',
      signer: 'src/live/wallet/signer-process.ts',
      job: 'src/app/jobs/job-process.ts',
    },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    // Bundled with its parts, for one file is read faster than thirty: help is to come at once.
    external: packageNames().filter(name => name !== 'yargs'),
    chunkNames: 'chunk-[hash]',
    logLevel: 'warning',
  })
}

/** The loop over candles as machine code. Without its compiler, runs are slower and the same. */
async function buildKernel(outdir) {
  const { default: asc } = await import('assemblyscript/asc').catch(() => ({ default: null }))
  if (asc === null) return console.warn('assemblyscript is not installed: sweeps will be slower')
  const source = 'src/backtest/kernel/assembly/kernel.ts'
  const memory = ['--importMemory', '--initialMemory', '1']
  const flags = ['-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd', ...memory]
  const { error, stderr } = await asc.main(
    [source, '--baseDir', root, '--outFile', `${outdir}/kernel.wasm`, ...flags],
    {},
  )
  if (error) throw new Error(`${source} does not compile: ${stderr.toString()}`)
}

/** The packages that are installed beside the build. */
function packageNames() {
  const text = readFileSync(`${root}package.json`, 'utf8')
  return Object.keys(JSON.parse(text).dependencies)
}

/** The parts of `dist/` that the sources make: the pages, and an empty embedded database. */
async function buildParts(folder) {
  const file = `${folder}/build-parts.mjs`
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['scripts/build-parts.ts'],
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  })
  const { bundlePage, cachedTemplate, PAGE_NAMES } = await import(pathToFileURL(file).href)
  for (const name of PAGE_NAMES) {
    const { script, style } = await bundlePage(name)
    await writeFile(`${folder}/${name}.js`, script)
    await writeFile(`${folder}/${name}.css`, style)
  }
  await copyFile(await cachedTemplate(), `${folder}/pglite-template.tar.gz`)
  await rm(file)
}

/** The dashboard: the library of charts in a file of its own, which is loaded with the first chart. */
async function buildDashboard(outdir) {
  const source = `${root}src/api/dashboard`
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: { main: 'src/api/dashboard/main.tsx' },
    outdir: `${outdir}/dashboard`,
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    chunkNames: 'chunk-[hash]',
    legalComments: 'linked',
    logLevel: 'warning',
  })
  await copyFile(`${source}/dashboard.css`, `${root + outdir}/dashboard/main.css`)
}

/** Another build may put its own folder there between the two steps; the last one wins. */
async function replaceFolder(draft, folder) {
  for (let attempt = 0; ; attempt++) {
    await rm(folder, { recursive: true, force: true })
    try {
      return await rename(draft, folder)
    } catch (error) {
      if (attempt === 5) throw error
    }
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build({ withTypes: true })
