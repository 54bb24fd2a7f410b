import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { assay, assayJson, scratch } from '../cli/assay.js'
import type { OracleOutcome } from '../oracle/model.js'
import { outcomeDifferences, type WrittenOutcome } from '../oracle/outcome-differences.js'
import { SIGNALS_FOLDER, signalsCases } from './signals-cases.js'

type Json = Readonly<Record<string, unknown>>

interface Printed {
  readonly metrics: Readonly<Record<string, number | null>>
  readonly orders: Readonly<Record<string, number | null>> | null
  readonly ruined_at: string | null
  readonly trades: readonly Json[]
}

/** Orders refused at one symbol, targets with exits, and several symbols on one account. */
const CHOSEN = ['9002', '9003', '9007', '9018', '9019']
const CASES = signalsCases().filter(name => CHOSEN.includes(name))

if (CASES.length === 0) {
  // A run of no scenario at all would look like agreement, so their absence is said.
  describe.skip('assay backtest --signals and the scenarios with expected results', () => {
    it('needs the scenarios (set ASSAY_DATA to the folder beside theirs)', () => undefined)
  })
} else {
  describe('assay backtest --signals and the scenarios with expected results', () => {
    it.each(CASES)('agrees on scenario %s', { timeout: 120_000 }, async name => {
      const folder = join(SIGNALS_FOLDER, name)
      const { printed, capital } = await runOf(folder)
      const text = readFileSync(join(folder, 'expected.json'), 'utf8')
      const expected = JSON.parse(text) as WrittenOutcome
      const outcome = outcomeOf(printed, expected)
      const names = Object.keys(outcome.metrics)
      expect(names).toEqual(expect.arrayContaining(['final_equity', 'fees_paid', 'max_drawdown']))
      const metrics = Object.fromEntries(names.map(one => [one, expected.metrics[one]!]))
      const events = Object.fromEntries(
        Object.keys(outcome.events).map(one => [one, expected.events[one] ?? 0]),
      )
      const found = outcomeDifferences(outcome, { ...expected, metrics, events }, capital)
      expect(found.slice(0, 10)).toEqual([])
    })
  })
}

/** Imports the candles of a scenario into a home of its own, and runs its line of flags. */
async function runOf(folder: string): Promise<{ printed: Printed; capital: number }> {
  const home = scratch()
  const flags = readFileSync(join(folder, 'flags.txt'), 'utf8').trim().split(/\s+/)
  const after = (flag: string): string => flags[flags.indexOf(flag) + 1]!
  const timeframe = ['--timeframe', after('--timeframe')]
  for (const file of readdirSync(folder).filter(one => one.endsWith('-USD.csv'))) {
    const symbol = ['--symbol', file.replace('.csv', '')]
    const { code, err } = await assay(
      home,
      ...['data', 'import', join(folder, file), ...symbol, ...timeframe],
    )
    expect(code, err).toBe(0)
  }
  const words = flags.map((word, k) => (flags[k - 1] === '--signals' ? join(folder, word) : word))
  const printed = await assayJson(home, 'backtest', ...words, '--report', 'none')
  return { printed: printed as unknown as Printed, capital: Number(after('--capital')) }
}

/** What was printed, beside what was not: the times, and all of the curve but its end. */
function outcomeOf(printed: Printed, expected: WrittenOutcome): OracleOutcome {
  const { trades, metrics, orders } = printed
  const figures = Object.keys(expected.metrics).filter(name => name in metrics)
  const placed = ['placed', 'filled', 'cancelled', 'expired', 'refused'] as const
  const events = orders === null ? [] : placed.map(name => [`orders_${name}`, orders[name]!])
  return {
    times: expected.times,
    equity: [...expected.equity.slice(0, -1), metrics['final_equity']!],
    events: Object.fromEntries(events) as Readonly<Record<string, number>>,
    metrics: Object.fromEntries(figures.map(name => [name, metrics[name]!])),
    trades: trades.map((trade, k) => tradeLike(expected.trades[k] ?? {}, trade)),
  }
}

/** A printed trade in the fields of an expected one. */
function tradeLike(expected: Json, printed: Json): OracleOutcome['trades'][number] {
  const { symbol, strategy } = expected
  const all: Json = { symbol, ...printed, strategy }
  const fields = Object.keys(expected).map(name => [camelCase(name), valueOf(all[name])])
  const fills = (printed['fills'] as readonly Json[]).map(fill =>
    Object.fromEntries(Object.entries(fill).map(([name, value]) => [name, valueOf(value)])),
  )
  return { ...Object.fromEntries(fields), fills } as never
}

const camelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/** Times are ISO texts on the command line, milliseconds in the scenarios. */
function valueOf(value: unknown): unknown {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value) ? Date.parse(value) : value
}
