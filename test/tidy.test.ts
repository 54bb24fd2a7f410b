import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ENGINE_VERSION } from '../src/core/version.js'
import { LONGEST } from './longest-first.js'

const REPOSITORY = join(import.meta.dirname, '..')
const FILES = trackedFiles()
const SOURCES = FILES.filter(file => /^(src|strategies|scripts)\/.*\.(ts|js)$/.test(file))
const TEXTS = FILES.filter(
  file => !/\.(gz|png|jsonl)$/.test(file) && file !== 'package-lock.json' && file !== 'LICENSE',
)

const LINES_MAX = 300
/** Files longer than that, with their length. The list may only shrink, and so may its numbers. */
const LONG: Readonly<Record<string, number>> = {}

/** Where "bar" or "kline" is the right word, and why. No file joins this list for a candle. */
const OTHER_BARS: Readonly<Record<string, string>> = {
  'src/app/workspace/output.ts': 'progress bars',
  'src/report/browser/figures/pairs.ts': 'columns of a chart, as echarts names them',
  'src/report/browser/run/figures.ts': 'bars of a histogram',
  'src/report/browser/document/page.css': 'bars of a histogram',
  'src/report/browser/run/chart/legend.ts': 'a bar of the chart that stands for several candles',
  'src/report/browser/run/chart/markers.ts': 'positions as lightweight-charts names them',
  'src/data/import/columns/column-data.ts': 'the name that venues give their own format',
}

interface Manifest {
  readonly version: string
  readonly files: readonly string[]
  readonly scripts: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly devDependencies: Readonly<Record<string, string>>
}

const PACKAGE = JSON.parse(read('package.json')) as Manifest

/** Files that are tracked, or that would be; a copy without git is taken as it was packed. */
function trackedFiles(): string[] {
  const list = (...flags: string[]): string[] =>
    execFileSync('git', ['ls-files', '-z', ...flags], { cwd: REPOSITORY, encoding: 'utf8' })
      .split('\0')
      .filter(file => file !== '' && existsSync(join(REPOSITORY, file)))
  return [...new Set([...list(), ...list('--others', '--exclude-standard')])].sort()
}

function read(file: string): string {
  return readFileSync(join(REPOSITORY, file), 'utf8')
}

/** `file:line: text` of every line that matches, comments and texts included. */
function linesWith(pattern: RegExp, files: readonly string[]): string[] {
  return files.flatMap(file =>
    read(file)
      .split('\n')
      .map((line, k) => ({ line, place: `${file}:${k + 1}: ${line.trim()}` }))
      .filter(({ line }) => pattern.test(line))
      .map(({ place }) => place),
  )
}

/** What a file imports, types included. */
function importsOf(file: string): string[] {
  const text = read(file)
  const from = text.matchAll(/^(?:import|export|\})[^'"`;=()]*? from '([^']+)'/gm)
  const bare = text.matchAll(/^import '([^']+)'/gm)
  return [...from, ...bare].map(([, path]) => path!)
}

describe('files', () => {
  it(`are at most ${LINES_MAX} lines long, old sins aside`, () => {
    const long = SOURCES.map(file => [file, read(file).split('\n').length - 1] as const).filter(
      ([, lines]) => lines > LINES_MAX,
    )
    const grown = long.filter(([file, lines]) => lines > (LONG[file] ?? LINES_MAX))
    expect(grown, 'split them by idea').toEqual([])
    const mended = Object.keys(LONG).filter(file => !long.some(([name]) => name === file))
    expect(mended, 'take them off the list').toEqual([])
  })

  it('are named by what they define', () => {
    const banned = /^(utils?|helpers?|common|managers?|base|types|misc|stuff|lib)\.[a-z.]+$/
    expect(FILES.filter(file => banned.test(basename(file)))).toEqual([])
    const name = /^(\d{4}-)?[a-z][a-z0-9]*([-_.][a-z0-9]+)*\.(d\.)?(ts|js|css|json)$/
    expect(SOURCES.filter(file => !name.test(basename(file)))).toEqual([])
    const underscored = SOURCES.filter(file => /_/.test(basename(file)))
    expect(underscored.filter(file => !file.startsWith('strategies/'))).toEqual([])
  })

  it('of data lie in data/, but for recorded figures and the example of decisions', () => {
    const data = /\.(csv|tsv|gz|zip|db|sqlite|parquet|jsonl|columns|html|png)$/
    const recorded = /^(test\/(bench\/history\.jsonl|golden\/.*)|docs\/examples\/signals\.csv)$/
    const outside = FILES.filter(file => data.test(file) && !file.startsWith('data/'))
    expect(outside.filter(file => !recorded.test(file))).toEqual([])
  })
})

describe('the tests', () => {
  it('begin with files that exist', () => {
    expect(LONGEST.filter(file => !FILES.includes(file))).toEqual([])
  })

  it('hold nothing to a time that passes while they run', () => {
    const clock = /expect\([^)]*\b(?:Date|performance)\.now\(/
    expect(
      linesWith(
        clock,
        SOURCES.filter(file => file.startsWith('test/')),
      ),
    ).toEqual([])
  })
})

describe('texts', () => {
  it('hold no work left for later', () => {
    const later = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'HA' + 'CK'].join('|')})\\b`)
    expect(linesWith(later, TEXTS)).toEqual([])
  })

  it('name no folder of one machine', () => {
    const machine = new RegExp(`(^|[\\s'"\`(=])/(${['work', 'root', 'home', 'Users'].join('|')})/`)
    expect(linesWith(machine, TEXTS)).toEqual([])
  })

  it('of the docs promise nothing that no command shows', () => {
    const loud =
      /\b(blazing(ly)?|seamless(ly)?|effortless(ly)?|cutting[- ]edge|world[- ]class|revolutionary|state[- ]of[- ]the[- ]art|game[- ]chang(er|ing)|lightning[- ]fast|supercharge[sd]?)\b/i
    expect(
      linesWith(
        loud,
        FILES.filter(file => file.endsWith('.md')),
      ),
    ).toEqual([])
  })

  it('call a candle a candle', () => {
    const bars =
      /\b(?:klines?|bars?)\b|[a-z](?:Bars?|Klines?)\b|\b(?:bars?|klines?)(?=[A-Z])|\bOHLCV?\b/
    const sources = FILES.filter(file => /^(src|strategies)\/.*\.(ts|css)$/.test(file))
    const found = sources.filter(file => linesWith(bars, [file]).length > 0)
    expect(found.filter(file => !Object.hasOwn(OTHER_BARS, file))).toEqual([])
    const mended = Object.keys(OTHER_BARS).filter(file => !found.includes(file))
    expect(mended, 'take them off the list').toEqual([])
  })
})

describe('code', () => {
  it('of the core imports no package and nothing but the core', () => {
    const core = SOURCES.filter(file => file.startsWith('src/core/'))
    expect(core.length).toBeGreaterThan(40)
    const outside = core.flatMap(file =>
      importsOf(file)
        .filter(path => !join(dirname(file), path).startsWith('src/core/') || !path.startsWith('.'))
        .map(path => `${file}: ${path}`),
    )
    expect(outside).toEqual([])
  })

  it('of strategies imports the face of the core and nothing else', () => {
    const strategies = SOURCES.filter(file => /^strategies\/(?!index)/.test(file))
    expect(strategies.length).toBeGreaterThan(6)
    for (const file of strategies) expect(importsOf(file), file).toEqual(['../src/core/index.js'])
  })

  it('exports by name', () => {
    const own = SOURCES.filter(file => file.startsWith('src/') || file.startsWith('strategies/'))
    const byDefault = linesWith(/^export default /, own)
    // The text of the project that `assay init` writes has one, as a strategy file may.
    expect(byDefault.filter(place => !place.startsWith('src/app/workspace/project.ts'))).toEqual([])
  })

  it('has no enum, namespace or decorator', () => {
    expect(linesWith(/^\s*(export )?(declare )?(const )?(enum|namespace) \w/, SOURCES)).toEqual([])
    expect(linesWith(/^\s*@\w+(\(|$)/, SOURCES)).toEqual([])
  })
})

describe('the package', () => {
  it('has the version of the engine, and a change log that names it', () => {
    expect(PACKAGE.version).toBe(ENGINE_VERSION)
    expect(read('CHANGELOG.md')).toContain(`\n## ${ENGINE_VERSION}`)
  })

  it('pins every dependency to one version', () => {
    const all = { ...PACKAGE.dependencies, ...PACKAGE.devDependencies }
    const loose = Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))
    expect(loose).toEqual([])
  })

  it('explains every dependency, and no other, in docs/dependencies.md', () => {
    const [runtime, development] = read('docs/dependencies.md')
      .split('\n## Not here yet')[0]!
      .split('\n## For development')
    const named = (text: string): string[] =>
      [...text.matchAll(/^\| `([^`]+)` +\|/gm)].map(([, name]) => name!)
    expect(named(runtime!)).toEqual(Object.keys(PACKAGE.dependencies))
    expect(named(development!)).toEqual(Object.keys(PACKAGE.devDependencies))
  })

  it('ships files that exist, and runs scripts that exist', () => {
    const missing = PACKAGE.files.filter(
      file => file !== 'dist' && !existsSync(join(REPOSITORY, file)),
    )
    expect(missing).toEqual([])
    const scripts = Object.values(PACKAGE.scripts)
      .flatMap(text => [...text.matchAll(/\b(?:scripts|test|bin)\/[\w/.-]+\.(?:ts|js)/g)])
      .map(([file]) => file)
    expect(scripts.filter(file => !existsSync(join(REPOSITORY, file)))).toEqual([])
  })
})
