import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { EXIT_REASONS } from '../../src/core/account/trade.js'
import { IMPACT_PRESETS } from '../../src/core/account/costs.js'
import { assayJson, REPOSITORY } from './assay.js'
import { demoFolder } from './prepared-home.js'

type Json = Record<string, any> // eslint-disable-line @typescript-eslint/no-explicit-any -- the tests below take objects apart at will

const SCHEMA = JSON.parse(
  readFileSync(join(REPOSITORY, 'docs/schemas/backtest.json'), 'utf8'),
) as Json
const accepts = new Ajv2020({ strict: true, strictTypes: false, allErrors: true }).compile(SCHEMA)

/** What the schema has against an object; empty where nothing. */
function complaints(value: unknown): string[] {
  if (accepts(value)) return []
  return accepts.errors!.map(({ instancePath, message }) => `${instancePath} ${message}`)
}

const DATA = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h', '--report', 'none']
let folder: string
let result: Json

const backtest = (strategy: string, ...flags: string[]): Promise<Json> =>
  assayJson(folder, 'backtest', strategy, ...DATA, ...flags)

beforeAll(async () => {
  folder = await demoFolder()
  expect(complaints(await assayJson(folder, 'demo'))).toEqual([])
  result = await backtest('ma_crossover', '--template', 'aggressive', '--stop-loss', '0.05')
})

describe('docs/schemas/backtest.json', () => {
  it('accepts a plain run', () => {
    expect(complaints(result)).toEqual([])
    expect(result['trades'].length).toBeGreaterThan(100)
  })

  it('accepts runs with every setting', async () => {
    const exits = ['--take-profit', '0.06', '--trailing-stop', '0.05', '--time-stop', '40']
    const limits = [
      '--max-drawdown',
      '0.4',
      '--max-exposure',
      '0.5',
      '--max-data-age-minutes',
      '90',
    ]
    const others = [
      '--impact',
      'sol-usdc-calm',
      '--position-size',
      '25%',
      '--bounds',
      '--shortable',
    ]
    const run = await backtest('supertrend', ...exits, ...limits, ...others)
    expect(complaints(run)).toEqual([])
    expect(run['bounds']).not.toBeNull()
  })

  it('accepts runs without a trade, at a close, kept open, from a file', async () => {
    const short = await backtest('ma_crossover', '--to', '2024-01-01T12:00:00Z')
    expect(short['metrics']['win_rate']).toBeNull()
    const open = await backtest('buy_and_hold', '--fill', 'close', '--keep-open', '--tx-cost', '1')
    const own = await backtest(join(REPOSITORY, 'docs/examples/dip_buyer.ts'))
    for (const run of [short, open, own]) expect(complaints(run)).toEqual([])
  })

  const mutilations: Record<string, (run: Json) => void> = {
    'a missing member': run => delete run['result_hash'],
    'an unknown member': run => (run['extra'] = 1),
    'an unknown member of a trade': run => (run['trades'][3].extra = 1),
    'a missing member of a trade': run => delete run['trades'][3].mae,
    'a missing metric': run => delete run['metrics'].sharpe,
    'a renamed metric': run => (run['metrics'].max_draw_down = 0),
    'text for a number': run => (run['trades'][0].pnl = '12.5'),
    'null for a number': run => (run['metrics'].final_equity = null),
    'an unknown exit reason': run => (run['trades'][0].exit_reason = 'liquidation'),
    'a time without its zone': run => (run['trades'][0].entry_time = '2024-01-01T00:00:00'),
    'a negative drawdown': run => (run['metrics'].max_drawdown = -0.1),
    'a short hash': run => (run['result_hash'] = 'abc'),
    'another version': run => (run['schema_version'] = 2),
    'no strategy': run => (run['manifest'].strategies = []),
    'an unknown limit': run => (run['manifest'].risk_limits.max_losses = 1),
    'half of the bounds': run => (run['bounds'] = { pessimistic: run['bounds'] }),
  }
  for (const [name, mutilate] of Object.entries(mutilations)) {
    it(`rejects ${name}`, () => {
      const copy = structuredClone(result)
      mutilate(copy)
      expect(complaints(copy)).not.toEqual([])
    })
  }

  it('knows every exit reason and every impact preset', () => {
    const { trade, manifest } = SCHEMA['$defs']
    expect(trade.properties.exit_reason.enum).toEqual([...EXIT_REASONS])
    expect(manifest.properties.costs.properties.impact.enum).toEqual(Object.keys(IMPACT_PRESETS))
  })

  it('closes every object but the parameters, and describes every member', () => {
    const problems: string[] = []
    walk(SCHEMA, '', (node, path) => {
      if (node['type'] === 'object' && node['additionalProperties'] !== false)
        problems.push(`${path} is open`)
      for (const [name, member] of Object.entries((node['properties'] ?? {}) as Json)) {
        const described = member.description ?? member.$ref ?? member.anyOf?.[0].description
        if (described === undefined && !path.includes('bounds'))
          problems.push(`${path}.${name} is not described`)
      }
    })
    expect(problems).toEqual(['.$defs.strategy.properties.params is open'])
  })
})

function walk(node: unknown, path: string, visit: (node: Json, path: string) => void): void {
  if (typeof node !== 'object' || node === null) return
  if (!Array.isArray(node)) visit(node, path)
  for (const [key, inner] of Object.entries(node)) walk(inner, `${path}.${key}`, visit)
}
