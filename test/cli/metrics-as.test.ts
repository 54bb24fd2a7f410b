import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { beforeAll, describe, expect, it } from 'vitest'
import { METRIC_FORMULAS } from '../../src/core/metrics/metric-formulas.js'
import { snakeCase } from '../../src/core/canonical.js'
import { assay, assayJson, REPOSITORY } from './assay.js'
import { demoFolder } from './prepared-home.js'

type Json = Record<string, any> // eslint-disable-line @typescript-eslint/no-explicit-any -- the tests below take objects apart at will

const SCHEMA = JSON.parse(
  readFileSync(join(REPOSITORY, 'docs/schemas/backtest.json'), 'utf8'),
) as Json
const accepts = new Ajv2020({ strict: true, strictTypes: false, allErrors: true }).compile(SCHEMA)

const RUN = ['backtest', 'ma_crossover', '--symbol', 'SYNTH-USDC', '--timeframe', '1h']
const PLAIN = [...RUN, '--report', 'none']
let folder: string

beforeAll(async () => {
  folder = await demoFolder()
})

const run = (...flags: string[]): Promise<Json> => assayJson(folder, ...PLAIN, ...flags)

describe('assay backtest --cards', () => {
  it('gives a card for every metric, with the value of the metric', async () => {
    const result = await run('--cards')
    expect(accepts(result), JSON.stringify(accepts.errors)).toBe(true)
    const cards = result['cards'] as Json[]
    expect(cards.map(card => card['name'])).toEqual(Object.keys(METRIC_FORMULAS).map(snakeCase))
    for (const { name, value, interval, n } of cards) {
      expect(value).toBe(result['metrics'][name])
      expect(n).toBeGreaterThan(0)
      if (interval !== null) expect(interval[0]).toBeLessThan(interval[1])
    }
    const named = (name: string): Json => cards.find(card => card['name'] === name)!
    expect(named('sharpe')).toMatchObject({ n_of: 'days', annualisation: '365 days a year: √365' })
    expect(named('win_rate')['n']).toBe(result['trades'].length)
    const withInterval = cards.filter(card => card['interval'] !== null).map(card => card['name'])
    expect(withInterval).toEqual([
      'final_equity',
      'total_return',
      'cagr',
      'sharpe',
      'max_drawdown',
      'win_rate',
      'expectancy',
      'average_win',
      'average_loss',
    ])
  })

  it('gives the same cards again', async () => {
    expect((await run('--cards'))['cards']).toEqual((await run('--cards'))['cards'])
  })

  it('says why there is no value', async () => {
    const result = await run('--cards', '--from', '2024-01-01', '--to', '2024-01-02')
    const sharpe = (result['cards'] as Json[]).find(card => card['name'] === 'sharpe')!
    expect(sharpe).toMatchObject({ value: null, interval: null })
    expect(sharpe['reason']).toContain('fewer than two days')
    expect(accepts(result), JSON.stringify(accepts.errors)).toBe(true)
  })

  it('prints them under the summary', async () => {
    const { code, out } = await assay(folder, ...PLAIN, '--cards')
    expect(code).toBe(0)
    expect(out).toMatch(/^Sharpe +-?[\d.]+ +-?[\d.]+ to -?[\d.]+ +\d+ days +√365$/m)
    expect(out).toContain('interval of Win rate: Wilson (1927)')
  })
})

describe('assay backtest --metrics-as', () => {
  it.each(['empyrical', 'quantstats', 'backtesting.py', 'lean'])('%s is told', async profile => {
    const result = await run('--metrics-as', profile)
    expect(accepts(result), JSON.stringify(accepts.errors)).toBe(true)
    expect(result['metrics_as']).toMatchObject({ profile, trades: result['trades'].length })
    const { out } = await assay(folder, ...PLAIN, '--metrics-as', profile)
    expect(out.replace(/\n +/g, ' ')).toContain('not for judging a strategy')
    for (const name of Object.keys(result['metrics_as'].metrics)) expect(out).toContain(name)
  })

  it('agrees with our own metrics where the definitions agree', async () => {
    const { metrics, metrics_as: other } = await run('--metrics-as', 'empyrical:365')
    expect(other['days_a_year']).toBe(365)
    expect(other['metrics'].sharpe_ratio).toBeCloseTo(metrics.sharpe, 10)
    const { metrics_as: usual } = await run('--metrics-as', 'empyrical')
    expect(usual['days_a_year']).toBe(252)
    const shrunk = usual['metrics'].sharpe_ratio * Math.sqrt(365 / 252)
    expect(shrunk).toBeCloseTo(metrics.sharpe, 10)
  })

  it('leaves the result without it as it was', async () => {
    const plain = await run()
    expect(plain).not.toHaveProperty('metrics_as')
    expect(plain).not.toHaveProperty('cards')
    expect((await run('--metrics-as', 'lean', '--cards'))['result_hash']).toBe(plain['result_hash'])
  })

  it.each([
    ['empyricle', 'did you mean empyrical?'],
    ['pyfolio', 'must be one of empyrical, quantstats, backtesting.py, lean'],
    ['empyrical:0', 'whole number from 1 to 366'],
    ['lean:365:1', 'whole number from 1 to 366'],
    ['backtesting.py:365', 'decides the days a year itself'],
  ])('refuses %s', async (value, text) => {
    const { code, err } = await assay(folder, ...PLAIN, '--metrics-as', value)
    expect(code).toBe(2)
    expect(err).toContain(text)
  })
})
