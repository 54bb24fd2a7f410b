import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readRunRequest } from '../../../src/app/backtest/input/run-input.js'
import {
  promotedManifest,
  settingChanges,
  type SettingOptions,
} from '../../../src/app/promotion/promoted-settings.js'
import {
  describeCosts,
  describeStrategies,
  type Manifest,
} from '../../../src/backtest/run/record/manifest.js'
import { snakeKeys } from '../../../src/core/canonical.js'
import type { PromotionEvidence } from '../../../src/core/promotion/evidence.js'
import { settingsGate } from '../../../src/core/promotion/trading-gates.js'

const SYMBOL = 'SOL-USDC'
const folder = mkdtempSync(join(tmpdir(), 'assay-promoted-'))
const path = join(folder, 'live.json')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let run: Manifest
beforeAll(async () => {
  const params = { fast_ma: 5, slow_ma: 20 }
  const options = { symbol: SYMBOL, timeframe: '1h', params, positionSize: '50%', maxExposure: 1 }
  const request = await readRunRequest('ma_crossover', options, folder)
  run = {
    symbol: SYMBOL,
    strategies: describeStrategies(request).map(one => ({ ...one, source_hash: 'of the run' })),
    market: snakeKeys(request.market),
    costs: describeCosts(request.costs, 'none'),
    capital: request.capital,
    risk_limits: snakeKeys(request.limits),
  } as unknown as Manifest
})

/** What trades after a promotion with a file. */
function promoted(file: object | null, options: SettingOptions = {}): Promise<Manifest> {
  if (file !== null) writeFileSync(path, JSON.stringify(file))
  const all = { ...options, ...(file !== null && { config: path }) }
  return promotedManifest(run, SYMBOL, all, folder)
}

const coin = (section: object = {}): object => ({ active_strategy: 'ma_crossover', ...section })

describe('what a promotion lets trade', () => {
  it('is the run where nothing else is said', async () => {
    expect(await promoted(null)).toBe(run)
    expect(settingChanges(run, await promoted({ [SYMBOL]: coin() }))).toEqual([])
  })

  it('is the run under its file, and both under the flags', async () => {
    const file = {
      [SYMBOL]: coin({
        parameters: { custom_params: { fast_ma: 7 }, priority: 2 },
        risk_settings: {
          stop_loss: 0.02,
          take_profit: 0.1,
          trailing_stop: { active: true, distance: 0.03 },
        },
      }),
      account: { capital: 10_000, fee_bps: 10, risk_limits: { max_drawdown: 0.2 } },
    }
    const {
      strategies,
      risk_limits: limits,
      ...rest
    } = await promoted(file, {
      stopLoss: '0.01',
      maxDailyLoss: 0.05,
      maxDataAgeMinutes: 2,
    })
    expect(strategies).toHaveLength(1)
    expect(strategies[0]).toMatchObject({
      source_hash: 'of the run',
      priority: 2,
      params: { fast_ma: 7, slow_ma: 20 },
      risk_settings: {
        stop_loss: 0.01,
        take_profit: 0.1,
        trailing_stop: 0.03,
        position_size: '50%',
      },
    })
    expect(limits).toMatchObject({
      max_drawdown: 0.2,
      max_daily_loss: 0.05,
      max_exposure: 1,
      max_data_age_ms: 120_000,
    })
    expect({ ...run, ...rest }).toEqual(run)
  })

  it('takes the limits of the run through minutes and back', async () => {
    const aged = { ...run, risk_limits: { ...run.risk_limits, max_data_age_ms: 90_000 } }
    const options = { stopLoss: 0.01 }
    const { risk_limits: limits } = await promotedManifest(aged, SYMBOL, options, folder)
    expect(limits).toEqual(aged.risk_limits)
  })

  it('begins anew where a template is named', async () => {
    const template = { parameters: { template: 'aggressive', custom_params: { slow_ma: 44 } } }
    const file = await promoted({ [SYMBOL]: coin(template) })
    const flag = await promoted(null, { template: 'aggressive', params: { slow_ma: 44 } })
    for (const { strategies } of [file, flag]) {
      expect(strategies[0]).toMatchObject({ template: 'aggressive', params: { slow_ma: 44 } })
      expect(strategies[0]!.params['fast_ma']).not.toBe(5)
    }
  })

  it('opens the gate only where it is what the evidence is of', async () => {
    const changes = settingChanges(
      run,
      await promoted(null, { stopLoss: 0.02, params: { fast_ma: 9 } }),
    )
    expect(changes).toEqual(['fast_ma 5 -> 9', 'stop_loss 0 -> 0.02'])
    const gateOf = (told: readonly string[]) => settingsGate({ changes: told } as PromotionEvidence)
    expect(gateOf(changes)).toMatchObject({ passed: false, isOverridable: true, value: 2 })
    expect(gateOf(changes).reason).toContain('stop_loss 0 -> 0.02')
    expect(gateOf([])).toMatchObject({ passed: true })
  })
})

describe('a file is refused, with its name and the key', () => {
  it.each([
    [
      coin({ risk_settings: { stop_los: 0.1 } }),
      {},
      'risk_settings has an unknown key "stop_los"',
      'stop_loss',
    ],
    [coin({ risk_setings: {} }), {}, 'unknown key "risk_setings"', 'risk_settings'],
    [coin(), { risk_limits: { max_drawdwn: 1 } }, 'unknown key "max_drawdwn"', 'max_drawdown'],
    [coin({ risk_settings: { stop_loss: 2 } }), {}, 'risk_settings.stop_loss is "2"', ''],
    [coin(), { risk_limits: { max_drawdown: 7 } }, 'risk_limits.max_drawdown is "7"', ''],
    [coin({ parameters: { custom_params: { fast_mma: 7 } } }), {}, '"fast_mma"', 'fast_ma'],
    [coin({ parameters: { custom_params: { fast_ma: -7 } } }), {}, 'fast_ma', ''],
    [coin({ parameters: { template: 'agressive' } }), {}, '"agressive"', 'aggressive'],
    [
      coin({ parameters: { ma_crosover: {} } }),
      {},
      'SOL-USDC.parameters names "ma_crosover"',
      'ma_crossover',
    ],
    [
      { active_strategy: 'rsi_reversion' },
      {},
      'SOL-USDC.active_strategy names "rsi_reversion"',
      'promote a run of',
    ],
    [
      coin({ market: { shortable: true } }),
      {},
      'SOL-USDC.market.shortable is true',
      'run it again',
    ],
    [coin(), { fee_bps: 1 }, 'account.fee_bps is 1, but the run was made with 10', 'run it again'],
    [coin(), { capital: 5 }, 'account.capital is 5', 'run it again'],
  ])('%j %j', async (section, account, message, hint) => {
    const refused = promoted({ [SYMBOL]: section, account })
    await expect(refused).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    })
    await expect(refused).rejects.toThrow(path)
  })

  it('that has no section of the market, or is not there', async () => {
    await expect(promoted({ 'ETH-USDC': coin() })).rejects.toThrow('no section "SOL-USDC"')
    const none = promoted(null, { config: join(folder, 'none.json') })
    await expect(none).rejects.toThrow('does not exist')
  })
})

it('strategies that trade together are named one by one', async () => {
  const second = { ...run.strategies[0]!, name: 'rsi_reversion', params: {} }
  const two = { ...run, strategies: [run.strategies[0]!, second] }
  const told = (section: object): Promise<Manifest> => {
    writeFileSync(path, JSON.stringify({ [SYMBOL]: section }))
    return promotedManifest(two, SYMBOL, { config: path }, folder)
  }
  const both = ['rsi_reversion', 'ma_crossover']
  const one = { ma_crossover: { custom_params: { fast_ma: 8 } } }
  const { strategies } = await told({ active_strategy: both, parameters: one })
  expect(strategies.map(({ name }) => name)).toEqual(['ma_crossover', 'rsi_reversion'])
  expect(strategies[0]!.params).toMatchObject({ fast_ma: 8, slow_ma: 20 })
  const wide = { stop_loss: 0.1, strategies: { rsi_reversion: { stop_loss: 0.2 } } }
  const apart = await told({ active_strategy: both, risk_settings: wide })
  expect(apart.strategies.map(one => one.risk_settings)).toMatchObject([
    { stop_loss: 0.1, position_size: '50%' },
    { stop_loss: 0.2, position_size: '50%' },
  ])
  const stray = { strategies: { rsi_reversal: {} } }
  await expect(told({ active_strategy: both, risk_settings: stray })).rejects.toMatchObject({
    message: expect.stringContaining('risk_settings.strategies names "rsi_reversal"') as string,
    hint: expect.stringContaining('rsi_reversion') as string,
  })
  await expect(told({ active_strategy: 'ma_crossover' })).rejects.toThrow('active_strategy names')
  const plain = { active_strategy: both, parameters: { priority: 1 } }
  await expect(told(plain)).rejects.toThrow('must name the strategies')
})
