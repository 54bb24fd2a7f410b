import { spawn } from 'node:child_process'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { assay, REPOSITORY } from './assay.js'
import { demoFolder } from './prepared-home.js'

const strategy = (body: string): string => `
import { defineStrategy, ema, FLAT, HOLD, integer, long, crossedOver, crossedUnder } from 'assay'
import { SLOW } from './periods.js'

export default defineStrategy({
  name: 'watched',
  description: 'Crosses',
  params: { fast: integer({ default: 6, min: 2, max: 200 }) },
  indicators: ({ fast }) => ({ fast: ema(fast), slow: ema(SLOW) }),
  initial: () => ({}),
  decide({ indicators: { fast, slow } }) {
    ${body}
  },
})
`
const CROSSES = 'return crossedOver(fast, slow) ? long(1) : crossedUnder(fast, slow) ? FLAT : HOLD'
const HALF = 'return crossedOver(fast, slow) ? long(0.5) : crossedUnder(fast, slow) ? FLAT : HOLD'
const MARKET = ['--symbol', 'SYNTH-USDC', '--timeframe', '1h', '--report', 'none']

/** A process whose output is waited for, piece after piece. */
function watching(folder: string, ...args: string[]) {
  const child = spawn(process.execPath, [join(REPOSITORY, 'bin/assay.js'), ...args], {
    cwd: folder,
    env: { ...process.env, ASSAY_HOME: join(folder, '.assay'), DATABASE_URL: '', NO_COLOR: '1' },
  })
  let seen = ''
  let wake = (): void => undefined
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      seen += text
      wake()
    })
  }
  const ended = new Promise<number | null>(done => child.once('exit', done))
  void ended.then(() => wake())
  return {
    child,
    ended,
    /** What was printed until this was, which is then forgotten. */
    until: async (pattern: RegExp): Promise<string> => {
      for (;;) {
        const found = pattern.exec(seen)
        if (found !== null) {
          const text = seen.slice(0, found.index + found[0].length)
          seen = seen.slice(text.length)
          return text
        }
        if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${seen}`)
        await new Promise<void>(done => (wake = done))
      }
    },
  }
}

it(
  '--watch runs a strategy file again on every save, and ends with Ctrl-C',
  { timeout: 120_000 },
  async () => {
    const folder = await demoFolder()
    const file = join(folder, 'watched.ts')
    writeFileSync(join(folder, 'periods.ts'), 'export const SLOW = 24')
    writeFileSync(file, strategy(CROSSES))
    const { child, until, ended } = watching(folder, 'backtest', 'watched.ts', ...MARKET, '--watch')
    try {
      expect(await until(/watching 2 files; Ctrl-C ends\n/)).toMatch(/Final equity/)

      writeFileSync(file, strategy(HALF))
      const half = await until(/watching/)
      expect(half).toMatch(/total_return +\S+ -> \S+/)
      expect(half, 'what is the same is not shown').not.toMatch(/\btrades +\d/)

      writeFileSync(file, strategy('return ?'))
      expect(await until(/watching/)).toMatch(
        /error: strategy file "watched.ts" does not compile: .*:12: /,
      )

      // As editors save: a new file in the place of the old one.
      writeFileSync(join(folder, 'draft'), strategy(HALF))
      renameSync(join(folder, 'draft'), file)
      expect(await until(/watching/)).toMatch(/no metric has changed/)

      writeFileSync(join(folder, 'periods.ts'), 'export const SLOW = 48')
      expect(await until(/watching/), 'a file that it imports').toMatch(/trades +\d+ -> \d+/)
      child.kill('SIGINT')
      expect(await ended).toBe(0)
    } finally {
      child.kill('SIGKILL')
    }
  },
)

it('--watch with --json prints a line for each run', { timeout: 120_000 }, async () => {
  const folder = await demoFolder()
  writeFileSync(join(folder, 'periods.ts'), 'export const SLOW = 24')
  writeFileSync(join(folder, 'watched.ts'), strategy(CROSSES))
  const { child, until, ended } = watching(
    folder,
    'backtest',
    'watched.ts',
    ...MARKET,
    '--watch',
    '--json',
  )
  try {
    const [first] = (await until(/watching/)).split('\n')
    expect(JSON.parse(first!)).toMatchObject({
      changes: null,
      metrics: { trades: expect.any(Number) as number },
    })
    writeFileSync(join(folder, 'watched.ts'), strategy(HALF))
    const [, second] = (await until(/watching/)).split(/\n(?={)/)
    const { changes } = JSON.parse(second!.split('\n')[0]!) as { changes: { metric: string }[] }
    expect(changes.map(({ metric }) => metric)).toContain('total_return')
    child.kill('SIGINT')
    expect(await ended).toBe(0)
  } finally {
    child.kill('SIGKILL')
  }
})

it('--watch needs a strategy file, and tells a first run that cannot be', async () => {
  const folder = await demoFolder()
  const id = await assay(folder, 'backtest', 'ma_crossover', ...MARKET, '--watch')
  expect([id.code, id.err]).toEqual([2, expect.stringMatching(/--watch needs a strategy file/)])
  writeFileSync(join(folder, 'periods.ts'), 'export const SLOW = 24')
  writeFileSync(join(folder, 'watched.ts'), strategy(CROSSES))
  const none = ['--symbol', 'NONE-USDC', '--timeframe', '1h', '--watch']
  const { code, err } = await assay(folder, 'backtest', join(folder, 'watched.ts'), ...none)
  expect([code, err]).toEqual([2, expect.stringMatching(/NONE-USDC/)])
})
