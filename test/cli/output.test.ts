import { spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { assay, assayProcess, REPOSITORY } from './assay.js'
import { demoFolder } from './prepared-home.js'

const folder = await demoFolder()
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const KEY = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h']
const ESCAPE = '\u001b]0;PWNED\u0007\u001b[2J\u009b'

describe('control characters', () => {
  const name = join(folder, `${ESCAPE}.csv`)
  writeFileSync(
    name,
    `timestamp,open,high,low,close,volume\n2024-01-01T00:00:00Z,1,2,0.5,${ESCAPE},3\n`,
  )
  const columns = join(folder, 'columns.csv')
  writeFileSync(
    columns,
    `timestamp,open,high,low,close,vol${ESCAPE}\n2024-01-01T00:00:00Z,1,2,0.5,1.5,3\n`,
  )
  const config = join(folder, 'config.json')
  writeFileSync(
    config,
    JSON.stringify({ 'SYNTH-USDC': { active_strategy: 'ma_crossover', [ESCAPE]: 1 } }),
  )
  it.each([
    ['of a cell and a file name', name],
    ['of a column', columns],
  ])('%s do not reach the terminal', async (_, file) => {
    const market = ['--symbol', 'X', '--timeframe', '1h']
    const { out, err } = await assay(folder, 'data', 'import', file, ...market)
    expect(out + err).toMatch(/X|line 2/)
    expect(out + err).not.toMatch(/[^\n\t\P{Cc}]/u)
  })

  const cases: readonly (readonly [string, readonly string[]])[] = [
    ['of a symbol', ['backtest', 'ma_crossover', '--symbol', ESCAPE, '--timeframe', '1h']],
    ['of a strategy', ['backtest', ESCAPE, ...KEY]],
    ['of a flag', ['backtest', 'ma_crossover', `--${ESCAPE}`]],
    ['of a command', [ESCAPE]],
    ['of a key', ['backtest', '--config', config, ...KEY]],
    ['of a path', ['backtest', 'ma_crossover', ...KEY, '--report', `${ESCAPE}/`]],
  ]
  it.each(cases)('%s are shown, not obeyed', async (_, args) => {
    const { code, out, err } = await assay(folder, ...args)
    expect(code).not.toBe(0)
    expect(out + err).toContain('\\x1b]0;PWNED\\x07')
    expect(out + err).not.toMatch(/[^\n\t\P{Cc}]/u)
  })
})

describe('an address with a password', () => {
  it('is told without it, however the address can be read', async () => {
    for (const [name, scheme] of [
      ['DATABASE_URL', 'postgres'],
      ['REDIS_URL', 'redis'],
    ] as const) {
      for (const login of [
        'assay:12345/sEcReT',
        'assay:12345#sEcReT',
        'assay:12345?sEcReT',
        ':12345/sEcReT',
        'a:12345@sEcReT',
      ]) {
        const other = name === 'REDIS_URL' ? { DATABASE_URL: 'postgres://me@127.0.0.1:1/x' } : {}
        const env = { ...other, [name]: `${scheme}://${login}@127.0.0.1:1/assay`, ASSAY_DEBUG: '1' }
        const args = name === 'REDIS_URL' ? ['worker'] : ['data', 'list']
        const child = spawn(process.execPath, [join(REPOSITORY, 'bin/assay.js'), ...args], {
          cwd: folder,
          env: { ...process.env, ...env },
        })
        let text = ''
        child.stdout.on('data', (part: Buffer) => (text += part.toString()))
        child.stderr.on('data', (part: Buffer) => (text += part.toString()))
        const code = await new Promise(done => child.once('close', done))
        expect([login, code]).toEqual([login, 2])
        expect(text, login).not.toMatch(/12345|sEcReT/)
      }
    }
  })
})

describe('a reader of remarks that has gone', () => {
  it('ends no run', async () => {
    const command = [join(REPOSITORY, 'bin/assay.js'), 'sweep', 'ma_crossover', ...KEY]
    const args = [...command, '--grid', 'fast_ma=5,8', '--report', 'none', '--json']
    const env = { ...process.env, ASSAY_HOME: join(folder, '.assay'), DATABASE_URL: '' }
    const child = spawn(process.execPath, args, { cwd: folder, env })
    child.stderr.destroy()
    let out = ''
    child.stdout.on('data', (part: Buffer) => (out += part.toString()))
    const code = await new Promise(done => child.once('close', done))
    expect(code).toBe(0)
    expect(JSON.parse(out)).toHaveProperty('sweep_hash')
  })
})

describe('many commands at once in one home', () => {
  it('all come to their end: runs of one strategy file, lists, an import', async () => {
    const strategy = join(folder, 'own.ts')
    writeFileSync(
      strategy,
      `import { defineStrategy, FLAT, long } from 'assay'
export default defineStrategy({ name: 'own', description: 'Every other candle', params: {}, indicators: () => ({}),
  initial: () => ({ n: 0 }), decide: (now, state) => ((state.n += 1) % 2 ? long(1) : FLAT) })`,
    )
    const rows = Array.from(
      { length: 5_000 },
      (_, k) => `${new Date(k * 3_600_000).toISOString()},1,1,1,1,1`,
    )
    const file = join(folder, 'rows.csv')
    writeFileSync(file, ['timestamp,open,high,low,close,volume', ...rows].join('\n'))
    const ran = await Promise.all([
      assayProcess(folder, 'data', 'import', file, '--symbol', 'BESIDE', '--timeframe', '1h'),
      ...Array.from({ length: 8 }, () =>
        assayProcess(folder, 'backtest', strategy, ...KEY, '--report', 'none'),
      ),
      ...Array.from({ length: 8 }, () => assayProcess(folder, 'data', 'list')),
    ])
    expect(ran.map(({ code, err }) => [code, err]).filter(([code]) => code !== 0)).toEqual([])
  })
})
