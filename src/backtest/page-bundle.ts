import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

/** What stands in a report's page beside its data. */
export interface PageBundle {
  /** One classic script, everything inside, licence notices kept. */
  readonly script: string
  readonly style: string
}

/** Bundles the page from its source with esbuild: for the build, and for running from source. */
export async function bundlePage(): Promise<PageBundle> {
  const source = firstExisting(['./page/main.ts', '../src/backtest/page/main.ts'])
  if (source === null) throw new Error('the report page has no source here; run npm run build')
  const { build } = await import('esbuild')
  const result = await build({
    entryPoints: [source],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    charset: 'utf8',
    legalComments: 'inline',
    logLevel: 'silent',
  })
  const style = await readFile(source.replace(/main\.ts$/, 'page.css'), 'utf8')
  return { script: result.outputFiles[0]!.text, style }
}

/** The bundle that the build made, or one made now from source. Read once a process. */
export function loadPage(): Promise<PageBundle> {
  loaded ??= readBuilt()
  return loaded
}

let loaded: Promise<PageBundle> | undefined

async function readBuilt(): Promise<PageBundle> {
  const script = firstExisting(['./page.js'])
  if (script === null) return bundlePage()
  const [text, style] = await Promise.all([
    readFile(script, 'utf8'),
    readFile(script.replace(/\.js$/, '.css'), 'utf8'),
  ])
  return { script: text, style }
}

/** The first of these files, named from this one (which the build moves), that is there. */
function firstExisting(paths: readonly string[]): string | null {
  const files = paths.map(path => fileURLToPath(new URL(path, import.meta.url)))
  return files.find(file => existsSync(file)) ?? null
}
