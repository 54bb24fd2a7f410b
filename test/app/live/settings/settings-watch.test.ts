import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { readRunRequest } from '../../../../src/app/backtest/input/run-input.js'
import { watchSettings } from '../../../../src/app/live/settings/settings-watch.js'
import { settingsOfRun, writeSettings } from '../../../../src/app/live/settings/symbol-settings.js'
import { requestPortfolio } from '../../../../src/backtest/portfolio/portfolio-request.js'
import { sessionSpec } from '../../../../src/backtest/portfolio/session-request.js'
import { describeStrategies } from '../../../../src/backtest/run/record/manifest.js'
import type { RunRequest } from '../../../../src/backtest/run/record/run-request.js'
import { DEFAULT_ALLOCATION } from '../../../../src/core/engine/allocation/allocation.js'
import { Session } from '../../../../src/core/engine/session.js'
import type { StateStore } from '../../../../src/core/ports/trading/state.js'
import type { RunnerInput } from '../../../../src/live/runner/runner-input.js'
import { VirtualClock } from '../../../live/virtual-clock.js'

const [SOL, ETH] = ['SOL-USDC', 'ETH-USDC'] as const
const folder = mkdtempSync(join(tmpdir(), 'assay-settings-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Shared texts that live as long as their map. */
function stateIn(texts: Map<string, string>): StateStore {
  return {
    name: 'a map',
    read: key => Promise.resolve(texts.get(key) ?? null),
    write: (key, text, expected) => {
      const isFree = expected === undefined || (texts.get(key) ?? null) === expected
      if (isFree) texts.set(key, text)
      return Promise.resolve(isFree)
    },
    writeAll: changes => {
      const isFree = changes.every(({ key, expected }) => (texts.get(key) ?? null) === expected)
      if (isFree) for (const { key, text } of changes) texts.set(key, text)
      return Promise.resolve(isFree)
    },
    keys: () => Promise.resolve([...texts.keys()]),
    lease: () => Promise.resolve(true),
    release: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}

describe('the settings of a session over several symbols', () => {
  let texts: Map<string, string>
  let runs: Record<'crossover' | 'reversion' | 'other', RunRequest>

  beforeEach(async () => {
    texts = new Map()
    const read = (strategy: string, symbol: string, stopLoss = 0.05): Promise<RunRequest> =>
      readRunRequest(strategy, { symbol, timeframe: '1m', stopLoss }, folder)
    runs = {
      crossover: await read('ma_crossover', SOL),
      reversion: await read('rsi_reversion', SOL, 0.08),
      other: await read('ma_crossover', ETH),
    }
  })

  const settingsOf = (run: RunRequest, by: string) =>
    settingsOfRun({ strategies: describeStrategies(run) }, { at: 0, by, promotionId: by })

  function watched() {
    const { crossover, reversion, other } = runs
    const both = { ...crossover, strategies: [...crossover.strategies, ...reversion.strategies] }
    const request = requestPortfolio([both, other], DEFAULT_ALLOCATION)
    const promotionOf = (promotionId: string, run: RunRequest) => ({
      promotionId,
      symbol: run.symbol,
      strategies: run.strategies.map(({ strategy }) => strategy.name),
    })
    const promotions = [
      promotionOf('p1', crossover),
      promotionOf('p2', reversion),
      promotionOf('p3', other),
    ]
    const stop = new AbortController()
    const standing = { failure: null, again: () => undefined }
    const inputs = watchSettings(
      stateIn(texts),
      { request, promotions, cache: folder, everyMs: 1000, standing },
      { clock: new VirtualClock(0), signal: stop.signal },
    )
    const next = async (): Promise<RunnerInput> => {
      const { value } = await inputs.next()
      return (value as readonly RunnerInput[])[0]!
    }
    return { request, next, stop }
  }

  it('are written together where the last promotion of a symbol has named its strategies alone', async () => {
    const state = stateIn(texts)
    await writeSettings(state, SOL, settingsOf(runs.reversion, 'p2'))
    await writeSettings(state, ETH, settingsOf(runs.other, 'p3'))
    const { next, stop } = watched()
    expect(await next()).toMatchObject({
      kind: 'say',
      event: {
        type: 'settings.restored',
        symbol: SOL,
        reason: expect.stringMatching('ma_crossover') as string,
      },
    })
    expect(JSON.parse(texts.get(`settings:${SOL}:strategy`)!)).toMatchObject({
      active_strategy: ['ma_crossover', 'rsi_reversion'],
      promotion_id: 'p1,p2',
    })
    expect(JSON.parse(texts.get(`settings:${SOL}:risk`)!)).toMatchObject({
      stop_loss: 0.08,
      strategies: { ma_crossover: { stop_loss: 0.05 } },
    })
    stop.abort()
  })

  it('are read as an older version wrote them: one set of exits for all strategies', async () => {
    const state = stateIn(texts)
    const both = { ...runs.crossover, strategies: [] as RunRequest['strategies'] }
    const all = [...runs.crossover.strategies, ...runs.reversion.strategies]
    await writeSettings(state, SOL, settingsOf({ ...both, strategies: all }, 'p1,p2'))
    await writeSettings(state, ETH, settingsOf(runs.other, 'p3'))
    const key = `settings:${SOL}:risk`
    const { strategies: _own, ...old } = JSON.parse(texts.get(key)!) as Record<string, unknown>
    texts.set(key, JSON.stringify({ ...old, schema_version: 1 }))
    const { next, stop } = watched()
    const seen = await next()
    expect(seen).toMatchObject({ kind: 'settings', change: { payload: { symbol: SOL } } })
    const strategies = ['ma_crossover', 'rsi_reversion'].map(name => ({
      name,
      risk_settings: { stop_loss: 0.05 },
    }))
    expect(seen).toMatchObject({ change: { payload: { strategies } } })
    stop.abort()
  })

  it('change one symbol each, one upon the other, and leave the shares of the account', async () => {
    const state = stateIn(texts)
    const edited = {
      ...runs.other,
      strategies: runs.other.strategies.map(one => ({
        ...one,
        params: { ...one.params, fast_ma: 7 },
      })),
    }
    await writeSettings(state, ETH, settingsOf(edited, 'ada'))
    const { request, next, stop } = watched()
    const { spec, markets } = sessionSpec(request)
    let session = new Session(spec, markets)
    const legs = () =>
      session.engine.legs.map(({ spec: { strategy, market, params, risk, weight } }) => ({
        leg: `${strategy.name} ${market.symbol}`,
        fast: strategy.name === 'ma_crossover' ? params['fast_ma'] : null,
        stop: risk.stopLoss,
        weight,
      }))
    const first = await next()
    expect(first).toMatchObject({ kind: 'settings', change: { payload: { symbol: ETH } } })
    if (first.kind === 'settings') session = first.change.restart(session)
    expect(await next(), 'nobody had written those of SOL').toMatchObject({ kind: 'say' })
    const sol = JSON.parse(texts.get(`settings:${SOL}:risk`)!) as Record<string, unknown>
    texts.set(`settings:${SOL}:risk`, JSON.stringify({ ...sol, stop_loss: 0.02 }))
    const second = await next()
    expect(second).toMatchObject({ kind: 'settings', change: { payload: { symbol: SOL } } })
    if (second.kind === 'settings') session = second.change.restart(session)
    const weight = 1 / 3
    expect(legs()).toMatchObject([
      { leg: 'ma_crossover ETH-USDC', fast: 7, stop: 0.05, weight },
      { leg: 'ma_crossover SOL-USDC', stop: 0.02, weight },
      { leg: 'rsi_reversion SOL-USDC', stop: 0.08, weight },
    ])
    stop.abort()
  })
})
