import { describe, expect, it } from 'vitest'
import { runBacktest } from '../../../../src/backtest/run/replay/backtest.js'
import { traceRun } from '../../../../src/backtest/run/replay/trace.js'
import { HOUR_MS } from '../../../../src/core/candles/time.js'
import { debug, sma } from '../../../../src/core/index.js'
import { withDebug } from '../../../../src/core/strategy/debug.js'
import {
  FLAT,
  HOLD,
  keep,
  long,
  orders,
  type Intent,
} from '../../../../src/core/strategy/intent.js'
import { defineStrategy, type AnyStrategy } from '../../../../src/core/strategy/strategy.js'
import { traceCsv, traceJson, traceTable } from '../../../../src/report/model/trace/trace-text.js'
import { rows } from '../../../market-generator.js'
import { specOf } from '../../../run-spec.js'

const flat = (price: number) => [price, price, price, price] as const
const candles = rows(...[100, 101, 102, 103, 104, 105].map(flat))

/** Says what a script says, and shows a value of each kind. */
function talking(script: readonly (Intent | undefined)[], show = true): AnyStrategy {
  return defineStrategy({
    name: 'talking',
    description: 'Says what a script says',
    params: {},
    indicators: () => ({ mean: sma(2) }),
    initial: () => ({ asked: 0 }),
    decide({ candle }, state): Intent {
      if (show) {
        debug('price', candle.close.at(0))
        debug('isOdd', state.asked % 2 === 1)
        debug('words', `at "${state.asked}", x`.repeat(20))
      }
      return script[state.asked++] ?? HOLD
    },
  })
}

const SCRIPT = [
  long(0.5, { stopLoss: 0.02, tag: 'dip' }),
  keep({ stopPrice: 95 }),
  orders([{ side: 'sell', kind: 'limit', price: 120, share: 0.25, tag: 'ask' }]),
  FLAT,
]
const input = (strategy: AnyStrategy) => ({ spec: specOf(strategy), candles, first: 0 })

describe('a trace', () => {
  it('shows at each close what the strategy saw, said and has waiting', () => {
    const { rows: traced } = traceRun(input(talking(SCRIPT)), { from: null, candles: 4 })
    expect(traced.map(({ time }) => time / HOUR_MS)).toEqual([1, 2, 3, 4])
    expect(traced[0]).toMatchObject({
      close: 101,
      indicators: { mean: 100.5 },
      state: { asked: 1 },
      quantity: 0,
      stop: null,
      intent: 'long 0.5 stopLoss 0.02 "dip"',
      pending: 'target 0.5 "dip"',
    })
    expect(traced[1]).toMatchObject({ entryPrice: 102, target: null, intent: 'keep stop 95' })
    expect(traced[1]!.stop).toBeCloseTo(99.96, 9)
    expect(traced[2]!.intent).toBe('orders sell limit 120 25% "ask"')
    expect(traced[2]!.orders[0]).toMatch(/^sell limit 120 x \d+\.\d+, age 0 "ask"$/)
    expect(traced[3]).toMatchObject({ intent: 'FLAT', pending: 'exit signal', orders: [] })
  })

  it('begins at the time asked for, and shows candles at which nobody is asked', () => {
    const from = traceRun(input(talking(SCRIPT)), { from: 4 * HOUR_MS, candles: 50 })
    expect(from.rows.map(({ close }) => close)).toEqual([104, 105])
    expect(from.rows[0]!.intent).toBe('FLAT')
    const early = traceRun(input(talking(SCRIPT)), { from: 0, candles: 1 })
    expect(early.rows[0]).toMatchObject({ intent: null, indicators: { mean: null } })
  })

  it('shows what debug was given, long texts cut, and at most 40 names', () => {
    const { rows: traced, debug: names } = traceRun(input(talking([])), { from: null, candles: 2 })
    expect(names).toEqual(['price', 'isOdd', 'words'])
    expect(traced[1]!.debug).toMatchObject({ price: 102, isOdd: true })
    expect(String(traced[1]!.debug['words'])).toHaveLength(80)
    const many = defineStrategy({
      name: 'many',
      description: 'Shows more names than are kept',
      params: {},
      indicators: () => ({}),
      decide: () => {
        for (let k = 0; k < 50; k++) debug(`n${k}`, k)
        return HOLD
      },
    })
    const trace = traceRun(input(many), { from: null, candles: 2 })
    expect(trace.debug).toHaveLength(40)
    expect(trace.hasDroppedNames).toBe(true)
  })

  it('is written as a table, as CSV and as JSON', () => {
    const trace = traceRun(input(talking(SCRIPT)), { from: null, candles: 3 })
    const lines = traceTable(trace).split('\n')
    const heads = lines.filter(line => line.startsWith('time ')).join(' ')
    expect(heads.replace(/(?<!^)time +/g, '')).toMatch(
      /^time +open +high +low +close +volume +mean +state\.asked +equity/,
    )
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80)
    const csv = traceCsv(trace).split('\n')
    expect(csv[0]!.split(',').slice(0, 7).join()).toBe('time,open,high,low,close,volume,mean')
    expect(csv[1]).toContain('"long 0.5 stopLoss 0.02 ""dip"""')
    const [first] = JSON.parse(JSON.stringify(traceJson(trace))) as Record<string, unknown>[]
    expect(first).toMatchObject({
      time: '1970-01-01T01:00:00Z',
      entry_price: null,
      strategy: 'talking',
    })
  })
})

describe('debug', () => {
  it('changes nothing of a run', () => {
    const [loud, quiet] = [true, false].map(show => runBacktest(input(talking(SCRIPT, show))))
    expect(loud!.trades).toEqual(quiet!.trades)
    expect(loud!.equity).toEqual(quiet!.equity)
  })

  it('goes nowhere after a trace, also one that failed', () => {
    const heard: string[] = []
    const hear = (name: string): void => void heard.push(name)
    expect(() =>
      withDebug(hear, () => {
        debug('inside', 1)
        throw new Error('stop')
      }),
    ).toThrow('stop')
    debug('outside', 1)
    expect(heard).toEqual(['inside'])
  })
})
