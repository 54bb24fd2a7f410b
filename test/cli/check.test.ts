import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { assay, assayJson, assayProcess, type Ran } from './assay.js'
import { demoFolder } from './prepared-home.js'

type Json = Record<string, any> // eslint-disable-line @typescript-eslint/no-explicit-any -- the tests below take objects apart at will

/** Candles enough for a proof; without them it goes over 20,000. */
const SPRING = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h', '--to', '2024-05-01']

let folder: string

/** A strategy file whose indicator and decision are given as code. */
function file(
  name: string,
  { before = '', indicator = 'sma(5)', decide }: Record<string, string>,
): string {
  const path = join(folder, `${name}.ts`)
  writeFileSync(
    path,
    `import { defineStrategy, FLAT, long, sma } from 'assay'
${before}
export default defineStrategy({
  name: '${name}', description: 'A strategy with a planted fault', params: {}, templates: {},
  indicators: () => ({ line: ${indicator} }), initial: () => ({}),
  decide: ({ candle, indicators: { line } }) => (${decide ?? 'line.at(0) > candle.close.at(0)'} ? long(1) : FLAT),
})
`,
  )
  return path
}

const refused = async (path: string): Promise<{ ran: Ran; result: Json }> => {
  const ran = await assay(folder, 'check', path, '--json')
  expect(ran.code, ran.err).toBe(3)
  return { ran, result: JSON.parse(ran.out) as Json }
}

beforeAll(async () => {
  folder = await demoFolder()
})

describe('assay check', () => {
  it('passes a strategy over synthetic candles, and says that they are', async () => {
    const { code, out } = await assay(folder, 'check', 'ma_crossover')
    expect(code).toBe(0)
    expect(out).toContain('20000 candles of SYNTH-USDC 1h: made by a generator')
    for (const part of ['lookahead', 'warm-up', 'determinism']) {
      expect(out).toMatch(new RegExp(`^${part} +passed`, 'm'))
    }
  })

  it('runs over stored candles, the proof that is named alone', async () => {
    const flags = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h', '--lookahead', '--samples', '5']
    const result: Json = await assayJson(folder, 'check', 'rsi_reversion', ...flags, '--seed', '9')
    expect(result).toMatchObject({
      schema_version: 1,
      strategy: 'rsi_reversion',
      template: null,
      passed: true,
      data: { symbol: 'SYNTH-USDC', synthetic: false },
      lookahead: { passed: true, samples: 5, violations: [] },
      warm_up: null,
      determinism: { passed: true, violations: [] },
    })
    expect(result['determinism'].runs).toContain('fresh')
    const range = ['--from', '2024-03-01', '--to', '2024-06-01']
    const cut: Json = await assayJson(folder, 'check', 'rsi_reversion', ...flags, ...range)
    expect(cut['data'].decide_from).toBe('2024-03-01T00:00:00Z')
    expect(cut['data'].last).toBe('2024-05-31T23:00:00Z')
  })

  it('proves the defaults and each template with --templates all', async () => {
    const all = ['supertrend', '--templates', 'all', ...SPRING]
    const result: Json = await assayJson(folder, 'check', ...all)
    expect(result['passed']).toBe(true)
    expect(result['templates'].map((one: Json) => one['template'])).toEqual([
      null,
      'conservative',
      'aggressive',
    ])
    const wrong = await assay(folder, 'check', 'supertrend', '--templates', 'aggressive')
    expect(wrong.code).toBe(2)
    expect(wrong.err).toContain('--template NAME')
  })

  it('takes parameters as a run does', async () => {
    const result: Json = await assayJson(
      folder,
      'check',
      'ma_crossover',
      '--set',
      'fast_ma=7',
      'slow_ma=21',
      ...SPRING,
    )
    expect(result['params']).toEqual({ fast_ma: 7, slow_ma: 21, min_volume: 0 })
  })

  it('refuses a file that peeks, with exit code 3, and names indicator, candle and change', async () => {
    const indicator = `{ key: 'peek', warmup: 0, start: () => ({ next: (c, i) => c.close[Math.min(i + 1, c.length - 1)] }) }`
    const { ran, result } = await refused(file('peeks', { indicator }))
    expect(result['lookahead'].passed).toBe(false)
    expect(result['lookahead'].violations[0]).toMatchObject({ what: 'indicator line' })
    expect(ran.err).toContain('peeks does not pass: lookahead')
    const { out, code } = await assay(folder, 'check', join(folder, 'peeks.ts'))
    expect(code).toBe(3)
    expect(out.replace(/\s+/g, ' ')).toMatch(
      /lookahead FAILED .* - indicator line at 20\S+Z: \S+ became \S+ when .* \(after the candle of 20\S+Z\)/,
    )
  })

  it('refuses a file that keeps state between runs', async () => {
    const { result } = await refused(
      file('keeps', { before: 'let calls = 0', decide: 'calls++ % 13 === 0' }),
    )
    expect(result['determinism'].passed).toBe(false)
  })

  it('refuses a file that keeps what its first run met, by loading it anew', async () => {
    const path = file('first', {
      before: 'let first',
      decide: '(first ??= candle.volume.at(0), candle.volume.at(0) > first)',
    })
    const { result } = await refused(path)
    const kinds = result['determinism'].violations.map((one: Json) => one['kind'])
    expect(new Set(kinds)).toEqual(new Set(['fresh']))
  })

  it('does not run a file that reads a clock or rolls dice', async () => {
    for (const [name, decide] of [
      ['clock', 'Date.now() % 2 === 0'],
      ['dice', 'Math.random() < 0.5'],
    ] as const) {
      const { code, err } = await assay(folder, 'check', file(name, { decide }))
      expect(code).toBe(2)
      expect(err).toMatch(/reads no clock|draws nothing at random/)
    }
  })

  it('says what is wrong with its flags', async () => {
    const few = await assay(folder, 'check', 'ma_crossover', '--samples', '1')
    expect(few.code).toBe(2)
    expect(few.err).toContain('--samples is "1"')
    const none = await assay(folder, 'check')
    expect(none.err).toContain('missing: a strategy')
    const unknown = await assay(folder, 'check', 'ma_crosover')
    expect(unknown.err).toContain('did you mean ma_crossover?')
  })

  it('prints the same twice', async () => {
    const call = ['check', 'macd_crossover', ...SPRING, '--json']
    const once = await assay(folder, ...call)
    expect(once.code, once.err).toBe(0)
    expect(await assayProcess(folder, ...call)).toEqual(once)
  })
})
