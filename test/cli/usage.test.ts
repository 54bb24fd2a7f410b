import { execFileSync, spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { assay, assayJson } from './assay.js'
import { demoFolder } from './prepared-home.js'

const MARKET = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h', '--report', 'none']
let folder: string

beforeAll(async () => {
  folder = await demoFolder()
})

async function paramsOf(...args: string[]): Promise<unknown> {
  const { manifest } = (await assayJson(folder, 'backtest', ...args)) as unknown as {
    manifest: { strategies: { name: string; params: unknown }[] }
  }
  return manifest.strategies[0]
}

async function refused(...args: string[]): Promise<string> {
  const { code, out, err } = await assay(folder, ...args)
  expect([code, out]).toEqual([2, ''])
  expect(err).toMatch(/^error: .*\n {2}\S/)
  expect(err).not.toMatch(/looks like a bug|\n\s+at /)
  return err
}

describe('what is left out', () => {
  for (const flag of ['stop-loss', 'fast-ma', 'symbol', 'set', 'config']) {
    it(`the value of --${flag}, at the end or before a flag`, async () => {
      const run = ['backtest', 'ma_crossover']
      const message = `error: --${flag} has no value\n  write --${flag} `
      expect(await refused(...run, `--${flag}`)).toContain(message)
      expect(await refused(...run, `--${flag}`, '--json')).toContain(message)
    })
  }

  const cases: readonly (readonly [readonly string[], RegExp])[] = [
    [['runs', 'show'], /missing: a run, by its id/],
    [['runs', 'verify'], /missing: a run, by its id/],
    [['runs', 'compare'], /missing: a run, by its id/],
    [['runs', 'compare', 'latest'], /missing: a second run/],
    [['report'], /missing: a run, by its id/],
    [['trace'], /missing: a run, by its id/],
    [['strategies', 'show'], /missing: a strategy, by its id or/],
    [['data', 'import', '--symbol', 'A-B', '--timeframe', '1h'], /missing: a file to read/],
  ]
  for (const [args, message] of cases) {
    it(`an argument of ${args.slice(0, 2).join(' ')} is said in words`, async () => {
      expect(await refused(...args)).toMatch(message)
    })
  }
})

describe('a command that is not there', () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [['backtst'], 'did you mean backtest?'],
    [['runs', 'lst'], 'did you mean list?'],
    [['runs', 'event', 'latest'], 'did you mean events?'],
    [['sweeps', 'bst', 'latest'], 'did you mean best?'],
    [['data', 'resampel'], 'did you mean resample?'],
    [['stats', 'haircutt'], 'did you mean haircut?'],
    [['walk-forwrd'], 'did you mean walk-forward?'],
  ]
  for (const [args, hint] of cases) {
    it(`${args.join(' ')}: ${hint}`, async () => {
      expect(await refused(...args)).toContain(hint)
    })
  }
})

describe('a configuration that can be read only once', () => {
  it('gives the flags and the run', async () => {
    const pipe = join(folder, 'config.pipe')
    execFileSync('mkfifo', [pipe])
    const text = JSON.stringify({ 'SYNTH-USDC': { active_strategy: 'ma_crossover' } })
    const writer = spawn('sh', ['-c', 'printf %s "$0" > "$1"', text, pipe])
    const ended = new Promise(done => writer.on('close', done))
    expect(await paramsOf('--config', pipe, ...MARKET, '--fast-ma', '7')).toMatchObject({
      params: { fast_ma: 7 },
    })
    await ended
  })
})

describe('flags of parameters with a configuration file', () => {
  const coin = (active: unknown): Record<string, unknown> => ({ active_strategy: active })
  const write = (name: string, value: unknown): string => {
    const path = join(folder, name)
    writeFileSync(path, JSON.stringify(value))
    return path
  }

  it('are those of its only coin', async () => {
    const config = write('only.json', { 'SYNTH-USDC': coin('ma_crossover') })
    const args = ['--config', config, ...MARKET.slice(2), '--fast-ma', '6']
    expect(await paramsOf(...args)).toMatchObject({ params: { fast_ma: 6 } })
  })

  it('are those of the coin that --symbol names', async () => {
    const coins = { 'SYNTH-USDC': coin(['rsi_reversion']), 'SOL-USDC': coin('ma_crossover') }
    const args = [`--config=${write('two.json', coins)}`, ...MARKET, '--period', '6']
    expect(await paramsOf(...args)).toMatchObject({ name: 'rsi_reversion', params: { period: 6 } })
  })

  it('are not there where it names several strategies', async () => {
    const config = write('list.json', { 'SYNTH-USDC': coin(['ma_crossover', 'rsi_reversion']) })
    const err = await refused('backtest', '--config', config, ...MARKET, '--fast-ma', '6')
    expect(err).toMatch(/there is no flag --fast-ma/)
  })
})

describe('--set', () => {
  const both = { name: 'ma_crossover', params: { fast_ma: 7, slow_ma: 33 } }
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['repeated', ['ma_crossover', '--set', 'fast_ma=7', '--set', 'slow_ma=33']],
    ['once for several', ['ma_crossover', '--set', 'fast_ma=7', 'slow_ma=33']],
    ['with an equals sign', ['ma_crossover', '--set=fast_ma=7', 'slow_ma=33']],
    ['before the strategy', ['--set', 'fast_ma=7', 'slow_ma=33', 'ma_crossover']],
  ]
  for (const [how, args] of cases) {
    it(`${how}`, async () => {
      expect(await paramsOf(...args, ...MARKET)).toMatchObject(both)
    })
  }

  it('may say the same as the parameter’s own flag, but not another value', async () => {
    const args = ['ma_crossover', ...MARKET, '--set', 'fast_ma=5', '--fast-ma']
    expect(await paramsOf(...args, '5')).toMatchObject({ params: { fast_ma: 5 } })
    const err = await refused('backtest', ...args, '6')
    expect(err).toMatch(/--set fast_ma=5 and --fast-ma 6 do not agree/)
  })
})

describe('a parameter with the name of a flag', () => {
  const stop = 'number({ default: 0.05, min: 0.01, max: 0.5 })'
  const source = [
    "import { defineStrategy, HOLD, number } from 'assay'",
    `export default defineStrategy({ name: 'stopped', description: 'Holds', params: { stop_loss: ${stop} },`,
    '  indicators: () => ({}), decide: () => HOLD })',
  ].join('\n')
  const run = ['stopped.ts', ...MARKET, '--stop-loss', '0.02']

  beforeAll(() => writeFileSync(join(folder, 'stopped.ts'), source))

  it('is not given by that flag, which must not be taken for it', async () => {
    const err = await refused('backtest', ...run)
    expect(err).toMatch(
      /--stop-loss is a setting of the run, and the strategy has a parameter stop_loss/,
    )
    expect(err).toMatch(/--set stop_loss=/)
  })

  it('is given by --set beside it', async () => {
    expect(await paramsOf(...run, '--set', 'stop_loss=0.1')).toMatchObject({
      params: { stop_loss: 0.1 },
      risk_settings: { stop_loss: 0.02 },
    })
  })
})
