import { afterAll, beforeAll, expect, it } from 'vitest'
import { readRunRequest } from '../../../../src/app/backtest/input/run-input.js'
import { controlSession } from '../../../../src/app/live/session/session-control.js'
import { editSettings } from '../../../../src/app/live/settings/settings-edit.js'
import {
  readSettings,
  settingsOfRun,
  writeSettings,
} from '../../../../src/app/live/settings/symbol-settings.js'
import { withWorkspace } from '../../../../src/app/workspace/compose.js'
import { describeStrategies } from '../../../../src/backtest/run/record/manifest.js'
import type { StateStore } from '../../../../src/core/ports/trading/state.js'
import { stateKeys } from '../../../../src/live/state/state-values.js'
import { VirtualClock } from '../../../live/virtual-clock.js'
import { QUIET } from '../../../quiet-output.js'
import { ownHome } from '../../../own-home.js'

const START = Date.UTC(2026, 2, 2, 12)
const SYMBOL = 'SOL-USDC'
let leave: () => void
beforeAll(() => void (leave = ownHome('control')))
afterAll(() => leave())

it.each([
  ['paper', 'stopped'],
  ['live', 'running'],
] as const)('a %s session that nobody runs is %s after a stop', async (mode, state) => {
  await withWorkspace(QUIET, async workspace => {
    const store = await workspace.sessions()
    const sessionId = `gone-${mode}`
    await store.create({
      sessionId,
      mode,
      createdAt: START,
      symbols: [SYMBOL],
      timeframe: '1m',
      strategies: ['ma_crossover'],
      feed: 'replay',
      promotionId: null,
      manifest: {},
    })
    const clock = new VirtualClock(START + 20_000, () => undefined)
    const stopped = controlSession(
      workspace,
      'stop',
      { session: sessionId },
      { clock, actor: 'ada' },
    )
    // What a live session has on the chain is driven to its end first, by whoever runs it.
    if (mode === 'live') await expect(stopped).rejects.toMatchObject({ code: 'COMMAND_WAITS' })
    else expect((await stopped).text).toContain(`assay sessions show ${sessionId}`)
    const { record } = (await store.find(sessionId))!
    expect(record.state).toBe(state)
    expect(await store.waiting(sessionId)).toHaveLength(mode === 'live' ? 1 : 0)
  })
})

it('writes nothing of an edit of which somebody else has changed a half meanwhile', async () => {
  await withWorkspace(QUIET, async workspace => {
    const options = { symbol: SYMBOL, timeframe: '1m' }
    const request = await readRunRequest('ma_crossover', options, workspace.home.cache)
    const state = await workspace.state()
    const from = { at: START, by: 'test', promotionId: null }
    const settings = settingsOfRun({ strategies: describeStrategies(request) }, from)
    await writeSettings(state, SYMBOL, settings)
    const other = JSON.stringify({ ...settings.risk, updated_by: 'somebody else' })
    const raced: StateStore = {
      ...state,
      writeAll: async changes => {
        await state.write(stateKeys.riskSettings(SYMBOL), other)
        return state.writeAll(changes)
      },
    }
    const beside = { ...workspace, state: () => Promise.resolve(raced) }
    const author = { by: 'test', at: START }
    const edit = editSettings(beside, SYMBOL, ['fast_ma=7', 'stop_loss=0.02'], {}, author)
    await expect(edit).rejects.toMatchObject({ code: 'SETTINGS_CHANGED' })
    expect(await readSettings(state, SYMBOL)).toEqual({ ...settings, risk: JSON.parse(other) })
  })
})

it('changes the exits of one of several strategies, and of all that have none of their own', async () => {
  await withWorkspace(QUIET, async workspace => {
    const symbol = 'ETH-USDC'
    const read = (name: string, stopLoss: number) =>
      readRunRequest(name, { symbol, timeframe: '1m', stopLoss }, workspace.home.cache)
    const [ma, rsi] = [await read('ma_crossover', 0.05), await read('rsi_reversion', 0.08)]
    const strategies = describeStrategies({ strategies: [...ma.strategies, ...rsi.strategies] })
    const from = { at: START, by: 'test', promotionId: null }
    const state = await workspace.state()
    await writeSettings(state, symbol, settingsOfRun({ strategies }, from))
    const edit = async (strategy: string | undefined, ...changes: string[]) => {
      await editSettings(workspace, symbol, changes, { strategy }, { by: 'test', at: START })
      const { strategies: own, stop_loss: stop } = (await readSettings(state, symbol))!.risk
      return { stop, own }
    }
    const own = { stop_loss: 0.08 }
    expect(await edit(undefined, 'stop_loss=0.02')).toEqual({
      stop: 0.02,
      own: { rsi_reversion: own },
    })
    expect(await edit('ma_crossover', 'time_stop=9')).toEqual({
      stop: 0.02,
      own: { rsi_reversion: own, ma_crossover: { time_stop: 9 } },
    })
    expect(await edit('rsi_reversion', 'stop_loss=default')).toEqual({
      stop: 0.02,
      own: { ma_crossover: { time_stop: 9 } },
    })
    const stray = edit('donchian_breakout', 'stop_loss=0.1')
    await expect(stray).rejects.toMatchObject({ code: 'USAGE' })
    const wild = edit('rsi_reversion', 'stop_loss=2')
    await expect(wild).rejects.toMatchObject({ code: 'INVALID_SETTING' })
  })
})
