import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { assay, assayJson, REPOSITORY } from './assay.js'
import { demoFolder } from './prepared-home.js'

const MARKET = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h']
const GRID = ['--grid', 'fast_ma=5:20:5', '--grid', 'slow_ma=30:60:10']
const QUIET = ['--report', 'none']

/** What the schema of this name has against an object. */
function complaints(name: string, value: unknown): string[] {
  const schema: unknown = JSON.parse(
    readFileSync(join(REPOSITORY, `docs/schemas/${name}.json`), 'utf8'),
  )
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    allowUnionTypes: true,
    allErrors: true,
  })
  const accepts = ajv.compile(schema as object)
  if (accepts(value)) return []
  return accepts.errors!.map(({ instancePath, message }) => `${instancePath} ${message}`)
}

let folder: string
let swept: { sweep_id: string }

beforeAll(async () => {
  folder = await demoFolder()
  swept = (await assayJson(folder, 'sweep', 'ma_crossover', ...MARKET, ...GRID, ...QUIET)) as never
}, 60_000)

describe('what programs read of sweeps and evidence has a schema, which real output meets', () => {
  it('sweep', async () => {
    expect(complaints('sweep', swept)).toEqual([])
    const several = await assayJson(
      folder,
      ...['sweep', 'ma_crossover', ...MARKET, ...GRID, ...QUIET, '--templates', 'all'],
      ...['--objective', 'sharpe', '--objective', 'max_drawdown', '--top', '3'],
    )
    expect(complaints('sweep', several)).toEqual([])
    expect(complaints('sweep', { ...swept, sweep_hash: 'x' })).not.toEqual([])
  })

  it('walk-forward', async () => {
    const folds = await assayJson(
      folder,
      ...['walk-forward', 'ma_crossover', ...MARKET, ...GRID, '--train', '120d', '--test', '60d'],
    )
    expect(complaints('walk-forward', folds)).toEqual([])
  })

  it('cross-validate, also where nothing could be picked', async () => {
    const call = ['cross-validate', 'ma_crossover', ...MARKET, ...GRID]
    for (const args of [[], ['--templates', 'all'], ['--objective', 'log(0 - volatility)']]) {
      expect(complaints('cross-validate', await assayJson(folder, ...call, ...args))).toEqual([])
    }
  })

  it('validate, of a sweep and of a run', async () => {
    for (const reference of [swept.sweep_id, 'latest']) {
      const { out, code, err } = await assay(
        folder,
        ...['validate', reference, '--paths', '200', '--json', ...QUIET],
      )
      expect([0, 3], err).toContain(code)
      const verdict = JSON.parse(out) as { verdict: string; checks: { passed: boolean | null }[] }
      expect(complaints('validate', verdict)).toEqual([])
      expect(code).toBe(verdict.verdict === 'pass' ? 0 : 3)
    }
  }, 60_000)
})
