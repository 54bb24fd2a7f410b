import { spawn, type ChildProcess } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { assay, assayJson, REPOSITORY } from './assay.js'
import { demoFolder } from './prepared-home.js'

const KEY = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h']
const REPLAY = ['--feed', 'replay', '--speed', 'max', '--report', 'none']
const RANGE = ['--from', '2024-02-01', '--to', '2024-06-01']

let folder: string
beforeAll(async () => {
  folder = await demoFolder()
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('assay paper over stored candles', () => {
  it.each([
    ['ma_crossover', ['--fast-ma', '5', '--slow-ma', '20', '--stop-loss', '0.03']],
    ['market_maker', []],
    ['grid_maker', ['--keep-open']],
    ['breakout_stop', ['--bounds']],
    ['roi_ladder', ['--max-drawdown', '0.1']],
    ['rsi_reversion', ['--fill', 'close']],
    ['supertrend', ['--decide-from', '2024-03-01']],
  ])(
    'prints the object of the backtest of the same flags, and its session: %s',
    async (name, flags) => {
      const args = [name, ...KEY, ...RANGE, ...flags]
      const backtest = await assayJson(folder, 'backtest', ...args, '--report', 'none')
      const {
        session_id: id,
        same_as_backtest: isSame,
        ...paper
      } = await assayJson(folder, 'paper', ...args, ...REPLAY)
      expect(paper).toEqual(backtest)
      expect(isSame).toBe(true)
      const shown = await assayJson(folder, 'sessions', 'show', String(id))
      expect(shown).toMatchObject({
        state: 'finished',
        feed: 'replay',
        result_hash: backtest['result_hash'],
      })
      expect(shown['trades']).toHaveLength((backtest['trades'] as unknown as unknown[]).length)
      const chain = await assayJson(folder, 'events', 'verify', '--session', String(id))
      expect(chain).toMatchObject({ chain: 'whole', broken_at: null })
    },
    60_000,
  )

  it.each([
    [['--feed', 'replay', '--speed', '0'], 2, 'is not a number above 0'],
    [['--feed', 'binance', '--from', '2024-01-01'], 2, '--from is for stored candles'],
    [['--promotion', 'abcd'], 2, 'strategy and promotion are both given'],
    [['--feed', 'binnance'], 2, 'binance'],
  ])('refuses what does not go together: %j', async (flags, code, text) => {
    const ran = await assay(folder, 'paper', 'ma_crossover', ...KEY, ...flags)
    expect(ran.err).toContain(text)
    expect(ran.code).toBe(code)
  })
})

describe('a promotion', () => {
  it('is refused with its reasons, taken on a written word, followed by settings, and taken back', async () => {
    const run = String(
      (await assayJson(folder, 'backtest', 'ma_crossover', ...KEY, '--stop-loss', '0.05'))[
        'run_id'
      ],
    )
    const refused = await assay(folder, 'promote', run, '--to', 'paper', '--paths', '100', '--json')
    expect(refused.code).toBe(3)
    const json = JSON.parse(refused.out) as {
      verdict: string
      promotion_id: null
      gates: { name: string; passed: boolean | null }[]
    }
    expect(json).toMatchObject({ verdict: 'refused', promotion_id: null })
    expect(json.gates.find(({ name }) => name === 'same_result')).toMatchObject({ passed: true })
    expect(json.gates.find(({ name }) => name === 'earns')).toMatchObject({ passed: false })
    const words = ['--to', 'paper', '--paths', '100', '--override']
    const file = {
      'SYNTH-USDC': { active_strategy: 'ma_crossover', risk_settings: { stop_los: 1 } },
    }
    writeFileSync(join(folder, 'live.json'), JSON.stringify(file))
    const misspelt = await assay(folder, 'promote', run, '--to', 'paper', '--config', 'live.json')
    expect(misspelt.code).toBe(2)
    expect(misspelt.err).toMatch(
      /live\.json: SYNTH-USDC\.risk_settings[^]*"stop_los"[^]*"stop_loss"/,
    )
    const short = await assay(folder, 'promote', run, ...words, 'because')
    expect(short).toMatchObject({ code: 2 })
    const live = await assay(
      folder,
      'promote',
      run,
      '--to',
      'live',
      '--paths',
      '100',
      '--override',
      'it shall not help',
    )
    expect(live.code).toBe(3)
    expect(live.err).toContain('real_data')
    const slower = ['a test of promotions', '--set', 'fast_ma=6']
    const made = await assayJson(folder, 'promote', run, ...words, ...slower)
    const id = String(made['promotion_id'])
    expect(made).toMatchObject({ verdict: 'promoted', override_reason: 'a test of promotions' })
    const paper = await assayJson(folder, 'paper', '--promotion', id, ...RANGE, ...REPLAY)
    expect(paper).toMatchObject({ same_as_backtest: true })
    const set = await assayJson(
      folder,
      'settings',
      'set',
      'SYNTH-USDC',
      'stop_loss=0.03',
      'fast_ma=7',
    )
    expect(set).toMatchObject({ risk: { stop_loss: 0.03 }, strategy: { promotion_id: id } })
    expect(made['gates']).toContainEqual(
      expect.objectContaining({ name: 'same_settings', passed: false, overridable: true }),
    )
    const bad = await assay(folder, 'settings', 'set', 'SYNTH-USDC', 'stop_loss=0.01', 'fast_mma=7')
    expect(bad.code).toBe(2)
    expect(bad.err).toContain('fast_ma')
    const got = await assayJson(folder, 'settings', 'get', 'SYNTH-USDC')
    expect(got).toMatchObject({ risk: { stop_loss: 0.03 } })
    await assayJson(folder, 'promotions', 'revoke', id, '--reason', 'the test is over')
    const after = await assay(folder, 'paper', '--promotion', id, ...RANGE, ...REPLAY)
    expect(after).toMatchObject({ code: 3 })
    expect(after.err).toContain('was revoked: the test is over')
  }, 120_000)
})

it('trades strategies of one symbol with exits of their own as a backtest does', async () => {
  const stops = { stop_loss: 0.05, strategies: { rsi_reversion: { stop_loss: 0.01 } } }
  const hashes: unknown[] = []
  for (const risk of [stops, { stop_loss: 0.05 }]) {
    const path = join(folder, 'exits.json')
    const section = { active_strategy: ['ma_crossover', 'rsi_reversion'], risk_settings: risk }
    writeFileSync(path, JSON.stringify({ 'SYNTH-USDC': section }))
    const run = ['--config', path, '--timeframe', '1h']
    const paper = await assayJson(folder, 'paper', ...run, ...REPLAY)
    const { result_hash: hash } = await assayJson(folder, 'backtest', ...run)
    expect(paper).toMatchObject({ same_as_backtest: true, result_hash: hash })
    hashes.push(hash)
  }
  expect(hashes[0]).not.toBe(hashes[1])
})

describe('a session that runs', () => {
  it('is seen and steered from another terminal, and ends when it is told to', async () => {
    const { child, id } = await started('--speed', '7200', '--from', '2024-02-01')
    try {
      const order = async (...args: string[]): Promise<void> => {
        const { code, out, err } = await assay(folder, ...args, '--session', id, '--json')
        expect([0, 1], out + err).toContain(code)
        // One that a busy machine has not taken in time still waits for it.
        if (code === 1) expect(out + err).toContain('still waits')
        while ((await commandsOf(id))[0]!.outcome === null) await sleep(100)
        expect((await commandsOf(id))[0]!.outcome).toBe('done')
      }
      await order('pause')
      expect(await statusOf(id)).toMatchObject({
        mode: 'paper',
        state: 'running',
        trading: 'reducing',
      })
      await order('resume')
      expect(await statusOf(id)).toMatchObject({ trading: 'active', unknown_orders: 0 })
      const watched = await assay(folder, 'watch', '--session', id)
      expect(watched).toMatchObject({ code: 0, out: expect.stringContaining(`session   ${id}`) })
      const frame = await assayJson(folder, 'watch', '--once')
      // One that was killed may be shown beside it.
      const shownNow = frame['sessions'] as unknown as readonly object[]
      expect(shownNow).toContainEqual(expect.objectContaining({ session_id: id, paused: false }))
      await order('flatten')
      const share = await assay(folder, 'reduce', '--session', id)
      expect(share).toMatchObject({ code: 2 })
      await order('reduce', '--share', '0.5')
      const wrong = await assay(folder, 'flatten', '--session', id, '--strategy', 'nobody')
      expect(wrong).toMatchObject({ code: 1 })
      expect(wrong.err).toContain('no such strategy')
      // Other commands of the same home go on working beside it.
      const runs = await assay(folder, 'backtest', 'buy_and_hold', ...KEY, '--report', 'none')
      expect(runs.code).toBe(0)
      await order('kill')
      expect(await statusOf(id)).toMatchObject({ trading: 'halted' })
      await assay(folder, 'stop', '--session', id)
      await ended(child)
      const shown = await assayJson(folder, 'sessions', 'show', id)
      expect(shown).toMatchObject({ state: 'stopped' })
      const asked = (await commandsOf(id)).reverse()
      expect(asked.map(({ command }) => command.name)).toEqual([
        'pause',
        'resume',
        'flatten',
        'reduce',
        'flatten',
        'halt',
        'stop',
      ])
      expect(asked.every(({ actor }) => actor.startsWith('cli'))).toBe(true)
      expect(asked.filter(({ outcome }) => outcome !== 'done')).toHaveLength(1)
      const over = await assay(folder, 'pause', '--session', id)
      expect(over.code).toBe(2)
    } finally {
      child.kill('SIGKILL')
    }
  }, 120_000)

  it('that was killed is called gone, and keeps what it had stored', async () => {
    const { child, id } = await started('--speed', '7200', '--from', '2024-03-01')
    await sleep(1500)
    child.kill('SIGKILL')
    await ended(child)
    const chain = await assayJson(folder, 'events', 'verify', '--session', id)
    expect(chain).toMatchObject({ chain: 'whole' })
    const shown = await assayJson(folder, 'sessions', 'show', id)
    expect(['running', 'gone']).toContain(shown['state'])
  }, 60_000)
})

/** A session in a process of its own, which has begun and taken a candle. */
async function started(...flags: string[]): Promise<{ child: ChildProcess; id: string }> {
  // One that was killed looks for a while as if it ran.
  const before = new Set((await shownSessions()).map(({ session_id: id }) => id))
  const args = ['paper', 'ma_crossover', ...KEY, '--feed', 'replay', ...flags]
  const child = spawn(process.execPath, [join(REPOSITORY, 'bin/assay.js'), ...args], {
    cwd: folder,
    env: { ...process.env, DATABASE_URL: '', REDIS_URL: '', ASSAY_HOME: join(folder, '.assay') },
    stdio: 'ignore',
  })
  for (;;) {
    const found = (await shownSessions()).find(
      one => !before.has(one.session_id) && one.candle_closed_at !== null,
    )
    if (found !== undefined) return { child, id: found.session_id }
    if (child.exitCode !== null) throw new Error('the session has ended before it began')
    await sleep(100)
  }
}

interface ShownSession {
  readonly session_id: string
  readonly candle_closed_at: string | null
}

async function shownSessions(): Promise<readonly ShownSession[]> {
  const { sessions } = await assayJson(folder, 'status')
  return sessions as unknown as readonly ShownSession[]
}

interface ShownCommand {
  readonly command: { readonly name: string }
  readonly outcome: string | null
  readonly actor: string
}

/** What was ordered of a session, the newest first. */
async function commandsOf(id: string): Promise<ShownCommand[]> {
  const { commands } = await assayJson(folder, 'sessions', 'show', id)
  return commands as unknown as ShownCommand[]
}

async function statusOf(id: string): Promise<Record<string, unknown>> {
  const { sessions } = (await assayJson(folder, 'status', '--session', id)) as unknown as {
    sessions: Record<string, unknown>[]
  }
  return sessions[0]!
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise(done => child.once('exit', () => done()))
}
