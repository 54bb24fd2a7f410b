import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readConfig, readTemplates } from '../../src/app/workspace/config.js'
import { readRiskLimits, readRiskSettings } from '../../src/app/backtest/input/risk-input.js'
import { readRunRequest } from '../../src/app/backtest/input/run-input.js'
import { parseOffsetTime } from '../../src/app/options/times.js'
import { AppError } from '../../src/core/errors.js'

const folder = mkdtempSync(join(tmpdir(), 'assay-test-'))
let files = 0

function written(text: string): string {
  const path = join(folder, `${files++}.json`)
  writeFileSync(path, text)
  return path
}

const USUAL = {
  'SOL-USDC': {
    active_strategy: 'ma_crossover',
    parameters: { template: 'aggressive', custom_params: { fast_ma: 10, slow_ma: 21 } },
    risk_settings: {
      position_size: 100,
      stop_loss: 0.02,
      trailing_stop: { active: true, distance: 0.03 },
    },
  },
}

describe('a configuration file', () => {
  it('as users write it is read whole', async () => {
    const config = await readConfig(written(JSON.stringify(USUAL)))
    expect(config.coins['SOL-USDC']).toEqual(USUAL['SOL-USDC'])
  })

  const wrong: readonly (readonly [string, unknown, RegExp])[] = [
    [
      'an unknown key',
      { 'SOL-USDC': { ...USUAL['SOL-USDC'], risk_setings: {} } },
      /unknown key "risk_setings"/,
    ],
    ['a key of the wrong type', { 'SOL-USDC': { active_strategy: 5 } }, /active_strategy/],
    [
      'a negative stop',
      { 'SOL-USDC': { active_strategy: 'x', risk_settings: { stop_loss: -1 } } },
      /stop_loss/,
    ],
    [
      'a misspelt trailing stop',
      {
        'SOL-USDC': {
          active_strategy: 'x',
          risk_settings: { trailing_stop: { active: true, distanse: 1 } },
        },
      },
      /distanse|trailing_stop/,
    ],
    ['an empty list of strategies', { 'SOL-USDC': { active_strategy: [] } }, /active_strategy/],
    ['a list', [1, 2], /does not hold an object/],
  ]
  for (const [name, value, message] of wrong) {
    it(`with ${name} is refused, naming file and key`, async () => {
      const path = written(JSON.stringify(value))
      const error = await readConfig(path).catch((thrown: unknown) => thrown as AppError)
      expect(error).toBeInstanceOf(AppError)
      expect((error as AppError).message).toMatch(message)
      expect((error as AppError).message).toContain(path)
      expect((error as AppError).exitCode).toBe(2)
    })
  }

  it('suggests the key that was meant', async () => {
    const path = written(
      JSON.stringify({ 'SOL-USDC': { active_strategy: 'x', risk_settings: { stop_los: 0.1 } } }),
    )
    await expect(readConfig(path)).rejects.toMatchObject({ hint: 'did you mean "stop_loss"?' })
  })

  it('whatever it holds, gives a configuration or an AppError', async () => {
    const keys = fc.constantFrom(
      'SOL-USDC',
      'account',
      'templates',
      'active_strategy',
      'parameters',
      'risk_settings',
      'stop_loss',
      'trailing_stop',
      'active',
      '__proto__',
      'constructor',
    )
    const value = fc.letrec(tie => ({
      node: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(null, true, 0, -1, 0.02, 1e308, '', '25%', 'ma_crossover', []),
        fc.string(),
        fc.array(tie('node'), { maxLength: 3 }),
        fc.dictionary(fc.oneof(keys, fc.string()), tie('node'), { maxKeys: 5 }),
      ),
    })).node
    await fc.assert(
      fc.asyncProperty(value, async json => {
        const path = written(JSON.stringify(json))
        const request = readRunRequest(
          undefined,
          { config: path, symbol: 'SOL-USDC', timeframe: '1h' },
          folder,
        )
        const result = await request.catch((error: unknown) => error)
        if (result instanceof Error) expect(result, result.stack ?? '').toBeInstanceOf(AppError)
      }),
      { numRuns: 300 },
    )
  })

  it('that is no JSON is refused, and so is any text', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), async text => {
        const result = await readConfig(written(text)).catch((error: unknown) => error)
        if (result instanceof Error) expect(result).toBeInstanceOf(AppError)
      }),
      { numRuns: 100 },
    )
  })

  it('of templates is checked the same way', async () => {
    await expect(readTemplates(written('{"ma_crossover": {"mine": 5}}'))).rejects.toBeInstanceOf(
      AppError,
    )
    expect(await readTemplates(written('{"ma_crossover": {"mine": {"fast_ma": 3}}}'))).toEqual({
      ma_crossover: { mine: { fast_ma: 3 } },
    })
  })
})

describe('flags', () => {
  it('go over the file, and the file over the default', async () => {
    const config = written(JSON.stringify({ ...USUAL, account: { capital: 500, fee_bps: 3 } }))
    const request = await readRunRequest(
      undefined,
      { config, timeframe: '1h', feeBps: '7' },
      folder,
    )
    expect(request).toMatchObject({
      symbol: 'SOL-USDC',
      capital: 500,
      costs: { fee: 0.0007, slippage: 0.0005 },
    })
    expect(request.strategies[0]).toMatchObject({
      template: 'aggressive',
      risk: { stopLoss: 0.02, trailingStop: 0.03 },
    })
  })

  it('whatever they say, give a request or an AppError', async () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '0',
        '-1',
        'NaN',
        'Infinity',
        '1e400',
        '0.5',
        '50%',
        '2024-01-01',
        '1h',
        'none',
      ),
    )
    const names = [
      'capital',
      'fee-bps',
      'slippage-bps',
      'tx-cost',
      'impact',
      'fill',
      'stop-loss',
      'take-profit',
      'trailing-stop',
      'time-stop',
      'cooldown',
      'position-size',
      'from',
      'to',
      'detail',
      'template',
      'set',
      'max-drawdown',
      'max-exposure',
      'fast-ma',
    ]
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.constantFrom(...names), text, { maxKeys: 4 }),
        async flags => {
          const all = { symbol: 'SOL-USDC', timeframe: '1h', ...flags }
          const result = await readRunRequest('ma_crossover', all, folder).catch(
            (error: unknown) => error,
          )
          if (result instanceof Error)
            return void expect(result, result.stack ?? '').toBeInstanceOf(AppError)
          const numbers = JSON.stringify(result)
          expect(numbers, 'no number that is not finite slips through').not.toMatch(
            /:null,"(fee|slippage|txCost|stopLoss)/,
          )
        },
      ),
      { numRuns: 400 },
    )
  })

  it('of risk keep their limits', () => {
    expect(readRiskSettings({}, { positionSize: '25%' }).positionSize).toEqual({
      kind: 'share',
      share: 0.25,
    })
    expect(() => readRiskSettings({}, { positionSize: '150%' })).toThrow(
      /"150%", but a share of equity must be above 0% and at most 100%/,
    )
    expect(() => readRiskSettings({}, { positionSize: '0' })).toThrow(AppError)
    expect(() => readRiskSettings({}, { stopLoss: '1' })).toThrow(/must be below 1/)
    expect(() => readRiskSettings({}, { timeStop: '1.5' })).toThrow(/whole number/)
    const file = { config: 'coins.json' }
    expect(() => readRiskSettings({ stop_loss: 1.5 }, file)).toThrow(
      /^coins\.json: risk_settings\.stop_loss is "1.5"/,
    )
    expect(() => readRiskLimits({ risk_limits: { max_drawdown: 2 } }, file)).toThrow(
      /^coins\.json: risk_limits\.max_drawdown is "2"/,
    )
    expect(() => readRiskSettings({}, { ...file, stopLoss: '1.5' })).toThrow(/^--stop-loss is/)
    expect(
      readRiskSettings({ trailing_stop: { active: false, distance: 0.03 } }, {}).trailingStop,
    ).toBe(0)
    expect(readRiskLimits({ risk_limits: { max_data_age_minutes: 5 } }, {}).maxDataAgeMs).toBe(
      300_000,
    )
    expect(
      readRiskLimits({ risk_limits: { max_drawdown: 0.2 } }, { maxDrawdown: '0.1' }).maxDrawdown,
    ).toBe(0.1)
  })
})

describe('times', () => {
  it('are dates or instants with their offset', () => {
    expect(parseOffsetTime('--from', '2024-03-01')).toBe(Date.UTC(2024, 2, 1))
    expect(parseOffsetTime('--from', '2024-03-01T10:30:00Z')).toBe(Date.UTC(2024, 2, 1, 10, 30))
    expect(parseOffsetTime('--from', '2024-03-01T10:30:00.25+02:00')).toBe(
      Date.UTC(2024, 2, 1, 8, 30, 0, 250),
    )
  })

  for (const text of [
    '2024-02-30',
    '2023-02-29',
    '2024-13-01',
    '2024-00-10',
    '2024-01-01T24:00:00Z',
    'yesterday',
    '1704067200',
    '2024-01-01T10:00',
  ]) {
    it(`"${text}" is refused`, () => {
      expect(() => parseOffsetTime('--from', text)).toThrow(AppError)
    })
  }
})
