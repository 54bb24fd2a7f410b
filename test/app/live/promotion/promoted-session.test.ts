import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readRunRequest } from '../../../../src/app/backtest/input/run-input.js'
import type { RunOptions } from '../../../../src/app/backtest/input/run-options.js'
import {
  promotedSession,
  type PromotedSession,
} from '../../../../src/app/live/promotion/promoted-session.js'
import type { Workspace } from '../../../../src/app/workspace/compose.js'
import { legShares } from '../../../../src/backtest/portfolio/session-request.js'
import { describeRun } from '../../../../src/backtest/run/record/manifest.js'
import { syntheticCandles } from '../../../../src/core/candles/synthetic.js'
import type { PromotionRecord } from '../../../../src/core/ports/trading/promotions.js'

const folder = mkdtempSync(join(tmpdir(), 'assay-promoted-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const known = new Map<string, PromotionRecord>()

/** A workspace that has promotions and nothing else. */
const workspace = {
  home: { cache: folder },
  promotions: () =>
    Promise.resolve({
      find: (id: string) => Promise.resolve(known.get(id)),
      list: () => Promise.resolve([...known.values()]),
    }),
} as unknown as Workspace

async function promote(promotionId: string, strategy: string, options: RunOptions): Promise<void> {
  const asked = { symbol: 'SOL-USDC', timeframe: '1h', stopLoss: 0.05, ...options }
  const request = await readRunRequest(strategy, asked, folder)
  const { timeframe, symbol } = request
  const terms = { seed: 1, start: 0, price: 100, volatility: 0.01, decimals: 6, length: 300 }
  const candles = syntheticCandles({ ...terms, timeframeMs: 3_600_000 })
  const data = { main: { candles, hash: '0'.repeat(64) }, detail: null }
  const manifest = { ...describeRun(request, data, candles, null), timeframe }
  const made = { runId: 'run', target: 'paper', symbol, verdict: 'promoted', createdAt: 0 } as const
  const rest = { gates: [], overrideReason: null, revokedAt: null, revokedReason: null }
  known.set(promotionId, { promotionId, ...made, manifest, ...rest })
}

beforeAll(async () => {
  await promote('sol-ma', 'ma_crossover', {})
  await promote('sol-rsi', 'rsi_reversion', {})
  await promote('sol-ma-again', 'ma_crossover', {})
  await promote('sol-stop', 'rsi_reversion', { stopLoss: 0.08 })
  await promote('sol-short', 'rsi_reversion', { shortable: true })
  await promote('eth-ma', 'ma_crossover', { symbol: 'ETH-USDC' })
  await promote('eth-rich', 'rsi_reversion', { symbol: 'ETH-USDC', capital: 5000 })
  await promote('eth-dear', 'rsi_reversion', { symbol: 'ETH-USDC', feeBps: 30 })
  await promote('eth-bold', 'rsi_reversion', { symbol: 'ETH-USDC', maxDrawdown: 0.5 })
  await promote('eth-sol', 'ma_crossover', { symbol: 'ETH-SOL' })
  await promote('eth-slow', 'ma_crossover', { symbol: 'ETH-USDC', timeframe: '4h' })
})

const sharesOf = ({ request }: PromotedSession): readonly string[] =>
  legShares(request).map(
    ({ symbol, strategy, weight }) => `${strategy} ${symbol} ${weight.toFixed(3)}`,
  )

describe('promotions that are named together', () => {
  it('share an account equally, in canonical order, whatever order they are named in', async () => {
    const made = await promotedSession(workspace, ['sol-rsi', 'eth-ma', 'sol-ma'], {})
    expect(sharesOf(made)).toEqual([
      'ma_crossover ETH-USDC 0.333',
      'ma_crossover SOL-USDC 0.333',
      'rsi_reversion SOL-USDC 0.333',
    ])
    expect(made.request.allocation).toMatchObject({ method: 'equal' })
    expect(made.promotions.map(({ promotionId }) => promotionId)).toEqual([
      'sol-rsi',
      'eth-ma',
      'sol-ma',
    ])
  })

  it('of one symbol are a plain run of several strategies, and one alone is its own', async () => {
    const both = await promotedSession(workspace, ['sol-rsi', 'sol-ma'], {})
    expect(both.request).toMatchObject({ allocation: null, runs: [{ symbol: 'SOL-USDC' }] })
    expect(sharesOf(both)).toEqual(['ma_crossover SOL-USDC 0.500', 'rsi_reversion SOL-USDC 0.500'])
    const one = await promotedSession(workspace, ['sol-ma'], {})
    expect(sharesOf(one)).toEqual(['ma_crossover SOL-USDC 1.000'])
  })

  it('of one symbol keep the exits of each', async () => {
    const { request } = await promotedSession(workspace, ['sol-stop', 'sol-ma'], {})
    const stops = request.runs[0]!.strategies.map(({ strategy, risk }) => [
      strategy.name,
      risk.stopLoss,
    ])
    expect(Object.fromEntries(stops)).toEqual({ rsi_reversion: 0.08, ma_crossover: 0.05 })
  })

  it('share it as a file says, and trade with the capital that is said', async () => {
    const path = join(folder, 'shares.json')
    const weights = { 'SOL-USDC': 0.3, 'ETH-USDC': 0.5 }
    writeFileSync(path, JSON.stringify({ account: { allocation: { method: 'fixed', weights } } }))
    const options = { config: path, capital: 700 }
    const made = await promotedSession(workspace, ['sol-ma', 'eth-rich'], options)
    expect(sharesOf(made)).toEqual(['rsi_reversion ETH-USDC 0.500', 'ma_crossover SOL-USDC 0.300'])
    expect(made.request.runs.map(({ capital }) => capital)).toEqual([700, 700])
  })

  it.each([
    [['sol-ma', 'sol-ma'], 'USAGE', /sol-ma is named twice/],
    [['sol-ma', 'sol-ma-again'], 'USAGE', /sol-ma and sol-ma-again both trade ma_crossover on SOL/],
    [['sol-ma', 'eth-slow'], 'INVALID_TIMEFRAME', /sol-ma and eth-slow .*1h and 4h/],
    [['sol-ma', 'eth-sol'], 'INVALID_CONFIG', /sol-ma and eth-sol trade against USDC and SOL/],
    [['sol-ma', 'eth-rich'], 'INVALID_CONFIG', /capital 10000 and 5000/],
    [['sol-ma', 'eth-dear'], 'INVALID_CONFIG', /fee_bps 10 and 30/],
    [['sol-ma', 'eth-bold'], 'INVALID_CONFIG', /max_drawdown null and 0.5/],
    [
      ['sol-ma', 'sol-short'],
      'INVALID_CONFIG',
      /SOL-USDC as different markets: shortable false and true/,
    ],
    [['sol-ma', 'nothing'], 'UNKNOWN_PROMOTION', /nothing/],
  ] as const)('are refused where they cannot trade together: %j', async (ids, code, message) => {
    await expect(promotedSession(workspace, ids, {})).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message) as string,
    })
  })

  it('name their own symbols', async () => {
    const several = promotedSession(workspace, ['sol-ma', 'eth-ma'], { symbol: 'SOL-USDC' })
    await expect(several).rejects.toMatchObject({ code: 'USAGE' })
  })
})
