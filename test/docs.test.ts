import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { countedReadme } from '../scripts/docs-counts.js'
import { cliPage, PAGE as CLI_PAGE } from '../scripts/docs-cli.js'
import { examplePage, PAGES as EXAMPLE_PAGES } from '../scripts/docs-examples.js'
import { indicatorsPage, PAGE as INDICATORS_PAGE } from '../scripts/docs-indicators.js'
import { openapiText, PAGE as OPENAPI_TEXT } from '../scripts/docs-openapi.js'
import { metricsPage, PAGE as METRICS_PAGE } from '../scripts/docs-metrics.js'
import { PAGES as STRATEGY_PAGES, strategyPage } from '../scripts/docs-strategies.js'
import { readConfig } from '../src/app/workspace/config.js'
import { loadStrategyFile } from '../src/app/strategy/strategy-file.js'
import { DEFAULT_COSTS, IMPACT_PRESETS, impactShare } from '../src/core/account/costs.js'
import { ERROR_CODES } from '../src/core/errors.js'
import { STRATEGIES } from '../strategies/index.js'
import { assay, assayJson, REPOSITORY } from './cli/assay.js'
import { demoFolder } from './cli/prepared-home.js'
import { strategyContract } from './contracts/strategy.js'

const DOCS = join(REPOSITORY, 'docs')
const EXAMPLES = join(DOCS, 'examples')
const MADE = 'run npm run docs and commit what it writes'

const read = (path: string): string => readFileSync(path, 'utf8')

function markdownFiles(): string[] {
  const inDocs = readdirSync(DOCS, { recursive: true, encoding: 'utf8' })
  const files = inDocs.filter(file => file.endsWith('.md')).map(file => join(DOCS, file))
  const roots = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', 'data/README.md']
  return [...files, ...roots.map(file => join(REPOSITORY, file)).filter(existsSync)]
}

describe('generated pages are up to date', () => {
  it('docs/cli.md is the help of every command', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'assay-help-'))
    const log = vi.spyOn(console, 'log').mockReturnValue(undefined)
    onTestFinished(() => log.mockRestore())
    const page = await cliPage(async command => {
      await assay(folder, ...command, '--help')
      return String(log.mock.lastCall![0]).trimEnd()
    })
    expect(page, MADE).toBe(read(CLI_PAGE))
  })

  it('docs/indicators.md is the catalogue', async () => {
    expect(await indicatorsPage(), MADE).toBe(read(INDICATORS_PAGE))
  })

  it('docs/metrics.md is the table of formulas', async () => {
    expect(await metricsPage(), MADE).toBe(read(METRICS_PAGE))
  })

  it('docs/schemas/openapi.json is what the server says of itself', async () => {
    expect(await openapiText(), MADE).toBe(read(OPENAPI_TEXT))
  })

  it('strategy pages hold the parameters of the specs', async () => {
    for (const path of STRATEGY_PAGES) expect(await strategyPage(path), MADE).toBe(read(path))
  })

  it('included examples are the files', async () => {
    for (const path of EXAMPLE_PAGES) expect(await examplePage(path), MADE).toBe(read(path))
  })

  it('every shipped strategy has a page that says when it fails, and no other page stands there', () => {
    const names = STRATEGIES.map(({ name }) => `${name}.md`)
    expect(readdirSync(join(DOCS, 'strategies')).sort()).toEqual([...names, 'README.md'].sort())
    for (const name of names) {
      const text = read(join(DOCS, 'strategies', name))
      for (const part of ['Idea', 'Rules', 'Parameters', 'When it fails']) {
        expect(text, `${name} has no "${part}"`).toContain(`\n## ${part}\n`)
      }
    }
  })
})

describe('docs/errors.md', () => {
  it('lists the codes of core/errors.ts with their exit codes, no more and no fewer', () => {
    const rows = [...read(join(DOCS, 'errors.md')).matchAll(/^\| `([A-Z_]+)` +\| (\d) +\| (.*)$/gm)]
    expect(Object.fromEntries(rows.map(([, code, exit]) => [code, Number(exit)]))).toEqual(
      ERROR_CODES,
    )
    for (const [, code, , rest] of rows) {
      const [meaning, remedy] = rest!.split('|').map(cell => cell.trim())
      expect(Math.min(meaning!.length, remedy!.length), `${code} is explained`).toBeGreaterThan(10)
    }
  })
})

describe('docs/costs.md', () => {
  const rows = read(join(DOCS, 'costs.md'))
    .split('\n')
    .filter(line => line.startsWith('|'))
    .map(line => line.split('|').map(cell => cell.trim().replaceAll('`', '')))

  it('states the defaults of the code', () => {
    const stated = (flag: string): string => rows.find(cells => cells[1] === flag)![3]!
    expect(stated('--fee-bps')).toBe(String(DEFAULT_COSTS.fee * 10_000))
    expect(stated('--slippage-bps')).toBe(String(DEFAULT_COSTS.slippage * 10_000))
    expect(stated('--tx-cost')).toBe(String(DEFAULT_COSTS.txCost))
    expect(DEFAULT_COSTS.impact).toBeNull()
  })

  it('states the impact presets, and what they charge for the published quotes', () => {
    for (const [name, preset] of Object.entries(IMPACT_PRESETS)) {
      const cells = rows.find(row => row[1] === name)!
      if (preset) expect(cells.slice(2, 5).map(Number)).toEqual([preset.a, preset.b, preset.g])
    }
    const quotes = [
      [1, 1.03],
      [491, 1.6],
      [4_000, 4.7],
    ] as const
    for (const [size, published] of quotes) {
      const bps = impactShare(IMPACT_PRESETS['sol-usdc-calm']!, size) * 10_000
      expect(bps, 'at or above what was published').toBeGreaterThanOrEqual(published)
      const cells = rows.find(row => row[1] === size.toLocaleString('en-US'))!
      expect(cells[3]).toBe(bps.toFixed(2))
    }
  })
})

/** Anchors as GitHub makes them from the heads of a page. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, head]) =>
    head!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

describe('docs/README.md', () => {
  it('leads to every page, those of single strategies by their own list', () => {
    const text = read(join(DOCS, 'README.md'))
    const linked = [...text.matchAll(/\]\(([\w/.-]+\.md)[^)]*\)/g)].map(([, link]) => link)
    const pages = readdirSync(DOCS, { recursive: true, encoding: 'utf8' }).filter(file =>
      /^(?!README)(?!strategies\/(?!README)).*\.md$/.test(file),
    )
    expect(pages.length).toBeGreaterThan(30)
    expect(pages.filter(page => !linked.includes(page))).toEqual([])
  })
})

describe('README.md', () => {
  it('has the counts of the code', () => {
    expect(read(join(REPOSITORY, 'README.md')), 'run npm run docs').toBe(countedReadme())
  })
})

describe('links', () => {
  it('to files and heads of this repository resolve', () => {
    const broken: string[] = []
    for (const path of markdownFiles()) {
      const text = read(path).replace(/^```[\s\S]*?^```/gm, '')
      for (const [, link] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
        if (/^<?[a-z]+:/.test(link!)) continue
        const [file, anchor] = link!.split('#')
        const target = file === '' ? path : resolve(dirname(path), file!)
        const isThere =
          existsSync(target) && (anchor === undefined || anchorsOf(read(target)).includes(anchor))
        if (!isThere) broken.push(`${path}: ${link}`)
      }
    }
    expect(broken).toEqual([])
  })

  it('to docs in source comments and messages resolve', () => {
    const sources = ['src', 'strategies', 'scripts'].flatMap(folder =>
      readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
        .filter(file => file.endsWith('.ts'))
        .map(file => join(REPOSITORY, folder, file)),
    )
    const broken = sources.flatMap(path =>
      [...read(path).matchAll(/\bdocs\/[\w/-]+\.(?:md|json)\b/g)]
        .map(([link]) => link)
        .filter(link => !existsSync(join(REPOSITORY, link)))
        .map(link => `${path}: ${link}`),
    )
    expect(broken).toEqual([])
  })
})

describe('names in the docs', () => {
  it('every flag that a page mentions exists', () => {
    const known = new Set([...read(CLI_PAGE).matchAll(/--[a-z][a-z-]+/g)].map(([flag]) => flag))
    for (const { params } of STRATEGIES) {
      for (const name of Object.keys(params)) known.add(`--${name.replaceAll('_', '-')}`)
    }
    const others = new Set(['--write', '--bail', '--depth', '--import', '--full', '--noEmit'])
    // Of Docker, Redis and npm, in the page on several machines.
    for (const flag of ['requirepass', 'save', 'appendonly', 'maxmemory-policy', 'rm', 'build']) {
      others.add(`--${flag}`)
    }
    for (const flag of ['ignore-scripts', 'detach', 'scale']) others.add(`--${flag}`)
    // Of the system's programs, in the page on deployment.
    for (const flag of ['system', 'home', 'now', 'dbname', 'format']) others.add(`--${flag}`)
    const unknown = markdownFiles().flatMap(path =>
      [...read(path).matchAll(/(?<![\w-])--[a-z][a-zA-Z-]+/g)]
        .map(([flag]) => flag)
        .filter(flag => !known.has(flag) && !others.has(flag))
        .map(flag => `${path}: ${flag}`),
    )
    expect(unknown).toEqual([])
  })

  it('every npm script that a page mentions exists', () => {
    const { scripts } = JSON.parse(read(join(REPOSITORY, 'package.json'))) as {
      scripts: Record<string, string>
    }
    const unknown = markdownFiles().flatMap(path =>
      [...read(path).matchAll(/npm run ([a-z:-]+)/g)]
        .filter(([, name]) => !Object.hasOwn(scripts, name!))
        .map(([text]) => `${path}: ${text}`),
    )
    expect(unknown).toEqual([])
  })
})

describe('examples', () => {
  it('type-check as a strategy project does', async () => {
    const tsc = join(REPOSITORY, 'node_modules/typescript/bin/tsc')
    const ran = await promisify(execFile)(process.execPath, [tsc, '-p', EXAMPLES]).catch(
      (error: { stdout: string }) => error,
    )
    expect(ran.stdout).toBe('')
  })

  it('run from the command line, and so does the configuration file', async () => {
    const folder = await demoFolder()
    const market = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h']
    const data = [...market, '--report', 'none']
    // Stands for the market that other_market.ts reads.
    const other = join(folder, 'btc.csv')
    await assay(folder, 'data', 'export', ...market, '--output', other)
    const names = ['--symbol', 'BTC-USDT', '--timeframe', '1h']
    expect((await assay(folder, 'data', 'import', other, ...names)).code).toBe(0)
    for (const file of strategyFiles()) {
      const { code, err } = await assay(folder, 'backtest', join(EXAMPLES, file), ...data)
      expect(code, `${file}: ${err}`).toBe(0)
    }
    const config = ['--config', join(EXAMPLES, 'config.json')]
    const run = await assayJson(folder, 'backtest', ...data, ...config)
    expect(run['manifest']).toMatchObject({
      strategies: [{ name: 'ma_crossover', template: 'aggressive', priority: 1 }],
      market: { step: 0.001, min_notional: 5 },
    })
  })

  it('the configuration file shows every key that docs/configuration.md lists', async () => {
    const config = await readConfig(join(EXAMPLES, 'config.json'))
    expect(config.coins['SOL-USDC']!.active_strategy).toHaveLength(2)
    const example = read(join(EXAMPLES, 'config.json'))
    const page = read(join(DOCS, 'configuration.md')).split('\n## Environment')[0]!
    const keys = [...page.matchAll(/^\| `([a-z_]+)` +\|/gm)].map(([, key]) => key!)
    expect(keys.length).toBeGreaterThan(25)
    expect(keys.filter(key => !example.includes(`"${key}"`))).toEqual([])
  })

  it('every key that the configuration file knows is listed', () => {
    const source = read(join(REPOSITORY, 'src/app/workspace/config.ts'))
    const keys = [
      ...source.matchAll(/^ +([a-z_]+): (?:z\.|z$|fraction|positionSize|riskS|market)/gm),
    ]
    const page = read(join(DOCS, 'configuration.md'))
    expect(keys.length).toBeGreaterThan(20)
    expect(keys.map(([, key]) => key!).filter(key => !page.includes(`\`${key}\``))).toEqual([])
  })
})

function strategyFiles(): string[] {
  return readdirSync(EXAMPLES).filter(file => file.endsWith('.ts'))
}

const compiled = mkdtempSync(join(tmpdir(), 'assay-examples-'))
const { strategy: dipBuyer } = await loadStrategyFile(join(EXAMPLES, 'dip_buyer.ts'), compiled)
strategyContract(dipBuyer)
