import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { besideIn } from '../../src/report/model/page/page-links.js'
import { assay, assayJson, REPOSITORY, type Ran } from './assay.js'
import { demoFolder } from './prepared-home.js'

const KEY = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h']
const GRID = ['--grid', 'fast_ma=5,10,20', '--grid', 'slow_ma=30,50']
const SWEEP = ['ma_crossover', ...KEY, ...GRID]
const REASON = 'a test of all commands'
const RANGE = ['--from', '2024-01-01', '--to', '2024-09-01']

/** Commands that are no end of a line of thought: what they print is data, or a script, or a service. */
const WITHOUT_NEXT: Readonly<Record<string, string>> = {
  'data export': 'rows',
  'runs events': 'a JSON line an event',
  'runs export': 'rows',
  'sweeps export': 'rows',
  sql: 'rows',
  completion: 'a script',
  'events tail': 'events as they come',
  'events export': 'a JSON line an event',
  live: 'runs until it is stopped; test/app/live plays it',
  reconcile: 'asks a node; test/app/reconcile',
  replay: 'takes a session on a live feed; test/app/shortfall',
  pause: 'needs a session that runs; test/cli/sessions.test.ts',
  resume: 'needs a session that runs; test/cli/sessions.test.ts',
  flatten: 'needs a session that runs; test/cli/sessions.test.ts',
  reduce: 'needs a session that runs; test/cli/sessions.test.ts',
  kill: 'needs a session that runs; test/cli/sessions.test.ts',
  stop: 'needs a session that runs; test/cli/sessions.test.ts',
  worker: 'runs until it is stopped',
  'data fetch': 'asks a source; test/cli/fetch.test.ts has its last line',
  'data sync': 'asks a source; test/cli/fetch.test.ts has its last line',
  'data watch': 'candles as they come',
  'symbols check': 'asks a source',
  'costs fit': 'takes quotes that were recorded',
  record: 'runs until it is stopped',
  'wallet serve': 'runs until it is stopped',
  serve: 'runs until it is stopped; test/browser/dashboard.test.ts',
}

let folder: string
let [run, other, sweep, second, promotion] = ['', '', '', '', '']
let [key, spareKey] = ['', '']

beforeAll(async () => {
  folder = await demoFolder()
  const idOf = (json: Record<string, string>, name: string): string => json[name]!
  run = idOf(await assayJson(folder, 'backtest', 'ma_crossover', ...KEY), 'run_id')
  other = idOf(
    await assayJson(folder, 'backtest', 'ma_crossover', ...KEY, '--max-drawdown', '0.2'),
    'run_id',
  )
  sweep = idOf(await assayJson(folder, 'sweep', ...SWEEP, ...RANGE), 'sweep_id')
  second = idOf(
    await assayJson(folder, 'sweep', 'ma_crossover', ...KEY, '--grid', 'fast_ma=5,10'),
    'sweep_id',
  )
  writeFileSync(join(folder, 'returns.csv'), 'r\n0.01\n-0.02\n0.015\n0.002\n-0.003\n0.004\n')
  const legs = { active_strategy: ['ma_crossover', 'donchian_breakout'] }
  const account = { risk_limits: { max_drawdown: 0.1 } }
  writeFileSync(join(folder, 'legs.json'), JSON.stringify({ 'SYNTH-USDC': legs, account }))
  await assay(folder, 'data', 'export', ...KEY, '--output', 'candles.csv')
  const replayed = ['--feed', 'replay', '--speed', 'max', '--report', 'none']
  await assay(folder, 'paper', 'ma_crossover', ...KEY, ...RANGE, ...replayed)
  await assay(folder, 'promote', run, '--to', 'paper', '--paths', '100', '--override', REASON)
  const again = ['--to', 'paper', '--paths', '100', '--override', REASON]
  promotion = idOf(await assayJson(folder, 'promote', run, ...again), 'promotion_id')
  key = idOf(await assayJson(folder, 'keys', 'create', '--scope', 'read'), 'id')
  spareKey = idOf(await assayJson(folder, 'keys', 'create', '--scope', 'read'), 'id')
  const notifications = { channels: { here: { type: 'log' } }, kinds: { '*': ['here'] } }
  writeFileSync(join(folder, 'notifications.json'), JSON.stringify({ notifications }))
  mkdirSync(join(folder, 'keys'), { mode: 0o700 })
  writeFileSync(join(folder, 'keys/passphrase'), 'correct horse battery', { mode: 0o600 })
  const passphrase = ['--passphrase-file', 'keys/passphrase']
  await assay(folder, 'wallet', 'create', 'keys/key.json', ...passphrase)
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Every command with what its last line names; `RUN` and the like stand for ids. */
const COMMANDS: Readonly<Record<string, readonly [args: () => string[], next: RegExp]>> = {
  demo: [() => [], /^assay validate [0-9a-f]{16} /],
  paper: [
    () => [
      'ma_crossover',
      ...KEY,
      ...RANGE,
      '--feed',
      'replay',
      '--speed',
      'max',
      '--report',
      'none',
    ],
    /^assay sessions show [0-9a-f]{16}/,
  ],
  promote: [
    () => [run, '--to', 'paper', '--paths', '100', '--override', REASON],
    /^assay paper --promotion [0-9a-f]{16}/,
  ],
  'promotions list': [() => [], /^assay promotions show /],
  'promotions show': [() => ['latest'], /^assay paper --promotion /],
  'promotions revoke': [() => [promotion, '--reason', 'a test'], /^assay promotions list/],
  status: [() => ['--all'], /^assay positions --session /],
  positions: [() => ['--all'], /^assay status/],
  orders: [() => ['--all'], /^assay status/],
  watch: [() => [], /^assay paper STRATEGY /],
  'settings get': [() => ['SYNTH-USDC'], /^assay settings set SYNTH-USDC /],
  'settings set': [() => ['SYNTH-USDC', 'stop_loss=0.05'], /^assay status/],
  'sessions list': [() => [], /^assay sessions show /],
  'sessions show': [() => ['latest'], /^assay events tail --session /],
  'sessions report': [() => ['latest'], /^assay sessions show /],
  'events verify': [() => [], /^assay sessions show /],
  backtest: [() => ['ma_crossover', ...KEY, '--cards', '--bounds'], /^assay validate RUN /],
  portfolio: [
    () => ['--config', 'legs.json', '--timeframe', '1h'],
    /^assay runs verify [0-9a-f]{16} /,
  ],
  check: [() => ['ma_crossover', ...KEY, ...RANGE], /^assay backtest ma_crossover /],
  compare: [() => [run, other], /^assay trace OTHER /],
  'data import': [
    () => ['candles.csv', '--symbol', 'SYNTH-USDC', '--timeframe', '1h'],
    /^assay data check --symbol SYNTH-USDC --timeframe 1h/,
  ],
  'data list': [() => [], /^assay backtest STRATEGY --symbol /],
  'data check': [() => KEY, /^assay backtest STRATEGY --symbol SYNTH-USDC --timeframe 1h/],
  'data resample': [() => [...KEY, '--to', '4h'], /^assay backtest STRATEGY .* --timeframe 4h/],
  'data repair': [() => KEY, /^assay data check --symbol SYNTH-USDC --timeframe 1h/],
  'data gaps': [() => KEY, /^assay backtest STRATEGY /],
  'data revisions': [() => KEY, /^assay data check /],
  'data sources': [() => [], /^assay symbols list/],
  'symbols list': [() => [], /^assay data fetch /],
  'symbols add': [() => ['JUP-USDC', '--at', 'binance=JUPUSDC'], /^assay symbols check JUP-USDC/],
  'costs list': [() => [], /^assay costs show NAME/],
  'costs show': [() => ['sol-usdc-calm'], /^assay backtest STRATEGY --impact sol-usdc-calm/],
  'data remove': [() => [...KEY, '--dry-run'], /^assay data list/],
  'strategies list': [() => [], /^assay strategies show NAME/],
  'strategies show': [() => ['roi_ladder'], /^assay backtest roi_ladder /],
  'runs list': [() => [], /^assay runs show (RUN|OTHER|[0-9a-f]{16}) /],
  'runs show': [() => [run], /^assay validate RUN /],
  'runs compare': [() => [run, other], /^assay compare RUN OTHER/],
  'runs verify': [() => [run], /^assay report RUN /],
  sweep: [() => [...SWEEP, ...RANGE], /^assay validate SWEEP /],
  'sweeps list': [() => [], /^assay sweeps show (SWEEP|[0-9a-f]{16}) /],
  'sweeps show': [() => [sweep], /^assay sweeps best SWEEP /],
  'sweeps compare': [() => [second, sweep], /^assay validate SWEEP /],
  'sweeps best': [() => [sweep], /^assay validate SWEEP /],
  'walk-forward': [
    () => [...SWEEP, '--train', '180d', '--test', '90d'],
    /^assay sweeps show [0-9a-f]{16} /,
  ],
  'cross-validate': [() => [...SWEEP, ...RANGE], /^assay validate (SWEEP|[0-9a-f]{16}) /],
  validate: [() => [sweep, '--paths', '200'], /^assay (sweeps best SWEEP|walk-forward) /],
  ledger: [() => [], /^assay runs list/],
  'stats psr': [() => ['--returns', 'returns.csv'], /^assay validate RUN/],
  report: [() => [run], /^assay runs verify RUN /],
  trace: [() => [run, '--candles', '25'], /^assay report RUN /],
  'wallet create': [
    () => ['keys/new.json', '--passphrase-file', 'keys/passphrase'],
    /^assay wallet check \S*keys\/new\.json/,
  ],
  'wallet show': [() => ['keys/key.json'], /^assay wallet check \S*keys\/key\.json/],
  'wallet check': [() => ['keys/key.json'], /^assay wallet serve \S*keys\/key\.json/],
  'keys create': [() => ['--scope', 'read'], /^assay serve/],
  'keys list': [() => [], /^assay keys revoke /],
  'keys rotate': [() => [key], /^assay serve/],
  'keys revoke': [() => [spareKey], /^assay keys list/],
  'notify test': [() => ['--config', 'notifications.json'], /^assay data list/],
  init: [() => ['project'], /^assay check strategies\/my_strategy\.ts/],
  doctor: [() => [], /^assay data list/],
}

/** Paths and addresses may be longer than a line. */
function expectNarrow(text: string): void {
  const lines = text
    .split('\n')
    .filter(line => !/^(report|config|made) {2}|:\/\//.test(line) && !line.includes(tmpdir()))
  for (const line of lines) expect(Array.from(line).length, line).toBeLessThanOrEqual(80)
}

function lastLine({ out }: Ran): string {
  const names = [
    [run, 'RUN'],
    [other, 'OTHER'],
    [sweep, 'SWEEP'],
  ] as const
  const last = out.trimEnd().split('\n').at(-1)!
  return names.reduce((line, [id, name]) => line.replaceAll(id, name), last)
}

describe('every command', () => {
  it('is told of here', () => {
    const docs = readFileSync(join(REPOSITORY, 'docs/cli.md'), 'utf8')
    const all = [...docs.matchAll(/^## `assay (.+)`$/gm)].map(match => match[1]!)
    const isGroup = (name: string): boolean => all.some(one => one.startsWith(`${name} `))
    const known = { ...COMMANDS, ...WITHOUT_NEXT }
    const missing = all.filter(
      name => !isGroup(name) && !name.startsWith('stats ') && !Object.hasOwn(known, name),
    )
    expect(missing).toEqual([])
  })

  it.each(Object.entries(COMMANDS))(
    'keeps to 80 columns and names the next one: %s',
    async (name, [args, next]) => {
      const ran = await assay(folder, ...name.split(' '), ...args())
      expect(ran.out, ran.err).not.toBe('')
      expectNarrow(ran.out)
      expect(lastLine(ran)).toMatch(/^next {4}assay /)
      expect(lastLine(ran).slice(8)).toMatch(next)
    },
    60_000,
  )

  it('names what makes the first ones in an empty home', async () => {
    for (const list of [['data', 'list'], ['runs', 'list'], ['sweeps', 'list'], ['ledger']]) {
      const empty = join(folder, 'empty')
      const ran = await assay(folder, 'init', empty).then(() => assay(empty, ...list))
      expect(ran.code).toBe(0)
      expect(lastLine(ran)).toMatch(/^next {4}assay (data fetch|demo|sweep)/)
    }
  })
})

describe('pages that lie side by side', () => {
  it('link to each other, those written later too, and to no file that is not there', async () => {
    rmSync(reports(), { recursive: true })
    await assay(folder, 'sweep', ...SWEEP, ...RANGE)
    const before = linksOf(`sweep-${sweep}.html`)
    expect(before.filter(file => file.startsWith('validation-'))).toEqual([])
    const best = await assayJson(folder, 'sweeps', 'best', sweep)
    await assay(folder, 'validate', sweep, '--paths', '200')
    await assay(folder, 'walk-forward', ...SWEEP, '--train', '180d', '--test', '90d')
    const id = String(best['run_id'])
    const pages = readdirSync(reports()).filter(name => name.endsWith('.html'))
    const walkForward = pages.find(name => name.startsWith('walk-forward-'))!
    const family = [`${id}.html`, `sweep-${sweep}.html`, `validation-${sweep}.html`]
    for (const page of family) {
      const others = family.filter(name => name !== page)
      expect(linksOf(page), page).toEqual(expect.arrayContaining(others))
    }
    for (const page of family.slice(1)) expect(linksOf(page), page).toContain(walkForward)
    expect(linksOf(walkForward)).toContain(`sweep-${sweep}.html`)
    for (const page of pages) {
      for (const file of linksOf(page)) expect(existsSync(join(reports(), file)), file).toBe(true)
    }
  }, 120_000)

  const reports = (): string => join(folder, '.assay', 'reports')
  const linksOf = (page: string): string[] =>
    besideIn(readFileSync(join(reports(), page), 'utf8'))!.links.map(({ file }) => file)
})
