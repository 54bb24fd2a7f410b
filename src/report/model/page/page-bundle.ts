import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What stands in a page beside its data. */
export interface PageBundle {
  /** One classic script, everything inside, licence notices kept. */
  readonly script: string
  readonly style: string
}

/** The scripts of pages: of a run, of a sweep, of pages whose figures are told in their data, and of a verdict. */
export type PageName = 'page' | 'sweep-page' | 'figure-page' | 'validation-page'

export const PAGE_NAMES: readonly PageName[] = [
  'page',
  'sweep-page',
  'figure-page',
  'validation-page',
]

/** Where in `browser/` a page stands. */
interface PageSource {
  /** Folder of its script. */
  readonly folder: string
  /** Style sheets from the first to the last. */
  readonly styles: readonly string[]
  /** Files of packages whose notices their sources leave out of a bundle. */
  readonly notices: readonly string[]
}

const CHART_STYLES = ['document/page.css', 'charts/charts.css']
const CHART_NOTICES = ['echarts/NOTICE', 'echarts/licenses/LICENSE-d3', 'zrender/LICENSE']

const SOURCES: Readonly<Record<PageName, PageSource>> = {
  page: { folder: 'run', styles: ['document/page.css'], notices: [] },
  'sweep-page': {
    folder: 'sweep',
    styles: [...CHART_STYLES, 'sweep/sweep-page.css'],
    notices: CHART_NOTICES,
  },
  'figure-page': {
    folder: 'figures',
    styles: [...CHART_STYLES, 'figures/figure-page.css'],
    notices: CHART_NOTICES,
  },
  'validation-page': {
    folder: 'validation',
    styles: ['document/page.css', 'validation/validation-page.css'],
    notices: [],
  },
}

/** Bundles a page from its source with esbuild: for the build, and for running from source. */
export async function bundlePage(name: PageName = 'page'): Promise<PageBundle> {
  const sources = firstExisting(['../../browser', '../src/report/browser'])
  if (sources === null) throw new Error(`the ${name} has no source here; run npm run build`)
  const { folder, styles, notices } = SOURCES[name]
  const { build } = await import('esbuild')
  const result = await build({
    entryPoints: [join(sources, folder, 'main.ts')],
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
  const script = (await noticeOf(notices)) + result.outputFiles[0]!.text
  const sheets = styles.map(style => readFile(join(sources, style), 'utf8'))
  return { script, style: (await Promise.all(sheets)).join('') }
}

/** Copyright notices that have to go with a bundle, as a comment before it. */
async function noticeOf(files: readonly string[]): Promise<string> {
  if (files.length === 0) return ''
  const here = createRequire(import.meta.url)
  const texts = files.map(file => {
    const [name, ...path] = file.split('/')
    return readFile(join(dirname(here.resolve(`${name}/package.json`)), ...path), 'utf8')
  })
  return `/*!\n${(await Promise.all(texts)).join('\n').replaceAll('*/', '* /')}*/\n`
}

/** The bundle that the build made, or one made now from source. Read once a process. */
export function loadPage(name: PageName = 'page'): Promise<PageBundle> {
  const bundle = loaded.get(name) ?? readBuilt(name)
  loaded.set(name, bundle)
  return bundle
}

const loaded = new Map<PageName, Promise<PageBundle>>()

async function readBuilt(name: PageName): Promise<PageBundle> {
  const script = firstExisting([`./${name}.js`])
  if (script === null) return bundlePage(name)
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
