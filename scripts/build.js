import { copyFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import * as esbuild from 'esbuild'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Builds `dist/`: the command line, the core for strategy files, the database worker, the report page. */
export async function build() {
  await rm(`${root}dist`, { recursive: true, force: true })
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: {
      main: 'src/cli/main.ts',
      core: 'src/core/index.ts',
      'technical-indicators': 'src/backtest/technical-indicators.ts',
      'pglite-worker': 'src/data/pglite-worker.ts',
    },
    outdir: 'dist',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    chunkNames: 'chunk-[hash]',
    logLevel: 'warning',
  })
  await buildParts()
}

/** The parts of `dist/` that the sources make: the report page, and an empty embedded database. */
async function buildParts() {
  const file = `${root}dist/build-parts.mjs`
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: ['scripts/build-parts.ts'],
    outfile: file,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  })
  const { bundlePage, cachedTemplate } = await import(pathToFileURL(file).href)
  const { script, style } = await bundlePage()
  await writeFile(`${root}dist/page.js`, script)
  await writeFile(`${root}dist/page.css`, style)
  await copyFile(await cachedTemplate(), `${root}dist/pglite-template.tar.gz`)
  await rm(file)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build()
