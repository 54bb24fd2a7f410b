import { rm, writeFile } from 'node:fs/promises'
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
  await buildPage()
}

/** The report page's script and style, as two files that the report writer puts into each page. */
async function buildPage() {
  const out = await esbuild.build({
    absWorkingDir: root,
    stdin: { contents: "export { bundlePage } from './scripts/bundle-page.ts'", resolveDir: root },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  })
  const file = `${root}dist/bundle-page.mjs`
  await writeFile(file, out.outputFiles[0].contents)
  const { bundlePage } = await import(pathToFileURL(file).href)
  const { script, style } = await bundlePage()
  await rm(file)
  await writeFile(`${root}dist/page.js`, script)
  await writeFile(`${root}dist/page.css`, style)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await build()
