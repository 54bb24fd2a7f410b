import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  manifestOfRun,
  planOfSweep,
  portfolioOfRun,
  shownFields,
} from '../../../src/app/records/stored-manifest.js'
import { metricsOfRun, tradesOfRun } from '../../../src/app/records/stored-trades.js'
import type { PortfolioManifest } from '../../../src/backtest/portfolio/portfolio-manifest.js'
import type { Manifest } from '../../../src/backtest/run/record/manifest.js'
import type { SweepPlan } from '../../../src/backtest/sweep/plan/sweep-plan.js'
import { AppError } from '../../../src/core/errors.js'

const HASH = 'ab'.repeat(32)
const [FROM, TO] = ['2024-01-01T00:00:00Z', '2024-02-01T00:00:00Z']

const ofSymbol = {
  symbol: 'SOL-USDC',
  data: { hash: HASH, candles: 800, first: FROM, last: TO },
  from: FROM,
  to: TO,
  candles: 744,
  decide_from: null,
  detail: { timeframe: '1m', hash: HASH },
  references: [{ symbol: 'BTC-USDC', timeframe: '1h', hash: HASH, candles: 9, first: FROM }],
  strategies: [
    {
      name: 'ma_crossover',
      file: null,
      source_hash: HASH,
      template: 'aggressive',
      params: { fast_ma: 10, kind: 'ema', both: true },
      risk_settings: {
        position_size: '25%',
        stop_loss: 0.05,
        take_profit: 0,
        trailing_stop: 0,
        trailing_from: 0,
        break_even: 0,
        roi: '0:0.1,12:0.05',
        time_stop: 0,
        cooldown: 3,
      },
      weight: 1,
      priority: 0,
    },
  ],
  market: { step: 1e-9, tick: 0, min_notional: 0, shortable: false },
} satisfies Partial<Manifest>

const shared = {
  schema_version: 1,
  engine_version: '0.1.0',
  execution_model: 2,
  node_version: '20.19.0',
  timeframe: '1h',
  signals: { file: 'a.csv', hash: HASH, time_label: 'close' },
  capital: 10_000,
  costs: {
    fee_bps: 10,
    maker_fee_bps: 2,
    slippage_bps: 5,
    tx_cost: 0,
    impact: 'none',
    limit_fill: 'through',
    max_volume_share: null,
  },
  fill: 'next_open',
  path: 'pessimistic',
  keep_open: false,
  risk_limits: { max_drawdown: 0.2, max_exposure: null },
  seed: 0,
} satisfies Partial<Manifest>

const MANIFEST: Manifest = { ...shared, ...ofSymbol }

const PORTFOLIO: PortfolioManifest = {
  ...shared,
  kind: 'portfolio',
  symbol: 'SOL-USDC+BTC-USDC',
  data: { hash: HASH },
  from: FROM,
  to: TO,
  times: 744,
  symbols: [ofSymbol],
  allocation: {
    method: 'equal',
    rebalance: 'never',
    target_volatility: 0.2,
    window_days: 30,
    kelly_fraction: 0.5,
    kelly_cap: 1,
  },
}

const PLAN: SweepPlan = {
  schema_version: 1,
  fields: [{ base: MANIFEST, starts: { '': { fast_ma: 10 } }, grid: ['fast_ma=5:50:5'] }],
  method: 'grid',
  trials: null,
  seed: 0,
  patience: null,
  where: [],
  objectives: ['sharpe'],
  objective_source: null,
  min_trades: 30,
  align: 'common',
}

const TRADE = {
  strategy: 'ma_crossover',
  side: 'long',
  entry_time: FROM,
  exit_time: TO,
  entry_price: 100,
  exit_price: 110,
  size: 1,
  pnl: 10,
  fees: 0,
  tx_costs: 0,
  slippage: 0,
  return: 0.1,
  candles: 5,
  mae: -0.01,
  mfe: 0.2,
  exit_reason: 'signal',
  ambiguous: false,
}

const runOf = (manifest: unknown) => ({ runId: 'abcd1234', manifest })
const sweepOf = (manifest: unknown) => ({ sweepId: 'ef01', manifest })

/** A copy with another value at a path of keys; `undefined` takes it away. */
function spoiled<T>(value: T, path: string, other: unknown): unknown {
  const copy = structuredClone(value) as Record<string, unknown>
  const keys = path.split('.')
  let place = copy
  for (const key of keys.slice(0, -1)) place = place[key] as Record<string, unknown>
  place[keys.at(-1)!] = other
  return JSON.parse(JSON.stringify(copy))
}

/** The path of every value in a record. */
function pathsOf(value: unknown, path = ''): string[] {
  const own = path === '' ? [] : [path]
  if (typeof value !== 'object' || value === null) return own
  return Object.entries(value).reduce(
    (all, [key, inner]) => [...all, ...pathsOf(inner, path === '' ? key : `${path}.${key}`)],
    own,
  )
}

describe('a stored manifest', () => {
  it('is read as it was written', () => {
    expect(manifestOfRun(runOf(MANIFEST))).toEqual(MANIFEST)
    expect(portfolioOfRun(runOf(PORTFOLIO))).toEqual(PORTFOLIO)
    expect(planOfSweep(sweepOf(PLAN))).toEqual(PLAN)
    expect(shownFields(sweepOf(PLAN))).toHaveLength(1)
  })

  it('keeps what this version does not know', () => {
    const read = manifestOfRun(runOf({ ...MANIFEST, mood: 'good' })) as unknown
    expect(read).toMatchObject({ mood: 'good' })
  })

  it('of an older version has what it did not say yet', () => {
    let old: unknown = MANIFEST
    const strategy = 'strategies.0'
    for (const path of [
      'execution_model',
      'signals',
      'references',
      'market.tick',
      'costs.maker_fee_bps',
      'costs.limit_fill',
      'costs.max_volume_share',
      `${strategy}.priority`,
      ...['trailing_from', 'break_even', 'roi'].map(name => `${strategy}.risk_settings.${name}`),
    ]) {
      old = spoiled(old, path, undefined)
    }
    const read = manifestOfRun(runOf(old))
    expect(read).toMatchObject({
      execution_model: 1,
      signals: null,
      market: { tick: 0 },
      costs: { maker_fee_bps: 10, limit_fill: 'through', max_volume_share: null },
      strategies: [{ priority: 0, risk_settings: { trailing_from: 0, break_even: 0, roi: null } }],
    })
    expect(read).not.toHaveProperty('references')
  })

  it.each([
    ['schema_version', 2, 'schema_version is 2: expected 1'],
    ['costs.fee_bps', 'ten', 'costs.fee_bps is "ten": expected number'],
    ['costs.impact', 'huge', 'costs.impact is "huge": expected an impact preset'],
    ['capital', undefined, 'capital is missing: expected number'],
    ['capital', 0, 'capital is 0: expected number to be >0'],
    ['timeframe', '1x', 'timeframe is "1x": expected a timeframe'],
    ['from', 'today', 'from is "today": expected a UTC time'],
    ['data.hash', 'ab', 'data.hash is "ab": expected a SHA-256'],
    ['strategies', [], 'strategies is []'],
    ['strategies.0.name', null, 'strategies.0.name is null: expected string'],
    ['strategies.0.risk_settings.roi', 'x:y', 'roi is "x:y": expected closes and distances'],
    ['strategies.0.params', { a: { b: 'c'.repeat(80) } }, '…'],
    ['risk_limits', 7, 'risk_limits is 7: expected record'],
  ])('that has %s as %j is refused by name', (path, value, words) => {
    const read = () => manifestOfRun(runOf(spoiled(MANIFEST, path, value)))
    expect(read).toThrow(AppError)
    expect(read).toThrow('the manifest of run abcd1234 cannot be read: ')
    expect(read).toThrow(words)
  })

  it('of a portfolio is refused where a run of one symbol is needed, and read where it is not', () => {
    expect(() => manifestOfRun(runOf(PORTFOLIO))).toThrow('is a portfolio')
    expect(portfolioOfRun(runOf(MANIFEST))).toBeNull()
    const wrong = spoiled(PORTFOLIO, 'symbols.0.market.step', 0)
    expect(() => portfolioOfRun(runOf(wrong))).toThrow('symbols.0.market.step is 0')
  })

  it('of a sweep is refused with its id', () => {
    const wrong = spoiled(PLAN, 'fields.0.base.costs', undefined)
    expect(() => planOfSweep(sweepOf(wrong))).toThrow(
      'the plan of sweep ef01 cannot be read: fields.0.base.costs is missing',
    )
    expect(shownFields(sweepOf(wrong)), 'which need no costs').toHaveLength(1)
    expect(shownFields(sweepOf({ note: 'old' }))).toEqual([])
    expect(() => shownFields(sweepOf({ fields: [{}] }))).toThrow('fields.0.base is missing')
  })

  it('that is damaged anywhere is read or refused, and breaks nothing else', () => {
    const records = [
      [MANIFEST, (manifest: unknown) => manifestOfRun(runOf(manifest))],
      [PORTFOLIO, (manifest: unknown) => portfolioOfRun(runOf(manifest))],
      [PLAN, (manifest: unknown) => planOfSweep(sweepOf(manifest))],
      [TRADE, (trade: unknown) => tradesOfRun({ runId: 'abcd1234', trades: [trade] })],
    ] as const
    let refused = 0
    for (const [whole, read] of records) {
      const path = fc.constantFrom(...pathsOf(whole))
      const other = fc.oneof(fc.constant(undefined), fc.jsonValue({ maxDepth: 2 }))
      fc.assert(
        fc.property(path, other, (at, value) => {
          try {
            read(spoiled(whole, at, value))
          } catch (error) {
            refused += 1
            expect(error).toBeInstanceOf(AppError)
            expect(error).toMatchObject({ code: 'BAD_RECORD' })
          }
        }),
        { numRuns: 300 },
      )
      for (const nothing of [null, undefined, 7, 'text', []]) {
        if (whole !== PORTFOLIO) expect(() => read(nothing)).toThrow(AppError)
      }
    }
    expect(refused, 'the property says something').toBeGreaterThan(300)
  })
})

describe('what a stored run holds beside it', () => {
  it('is read: trades, with tags and parts where they were stored, and metrics', () => {
    const run = { runId: 'abcd1234', trades: [TRADE, { ...TRADE, parts: 2, exit_tag: 'x' }] }
    const [first, second] = tradesOfRun(run)
    expect(first).toMatchObject({ entryTime: Date.parse(FROM), parts: 1, exitTag: null })
    expect(second).toMatchObject({ parts: 2, exitTag: 'x' })
    const metrics = { sharpe: 1.5, cagr: null }
    expect(metricsOfRun({ runId: 'abcd1234', metrics })).toEqual(metrics)
  })

  it('is refused where it is not what it should be', () => {
    const trades = [TRADE, { ...TRADE, exit_reason: 'whim' }]
    expect(() => tradesOfRun({ runId: 'abcd1234', trades })).toThrow(
      'trade 2 of run abcd1234 cannot be read: exit_reason is "whim"',
    )
    expect(() => metricsOfRun({ runId: 'abcd1234', metrics: null })).toThrow(
      'the metrics of run abcd1234 cannot be read: it is null',
    )
  })
})
