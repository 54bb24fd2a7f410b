import { describe, expect, it } from 'vitest'
import { AppError } from '../../../src/core/errors.js'
import { candlesFrom } from '../../../src/core/candles/candles.js'
import { exit, FLAT, HOLD, keep, long, orders, short } from '../../../src/core/strategy/intent.js'
import { HOUR_MS } from '../../../src/core/candles/time.js'
import {
  matchSignals,
  readSignals,
  type SignalMarket,
} from '../../../src/backtest/signals/signals.js'

const START = Date.UTC(2024, 0, 1)

function market(symbol: string, hours = 6): SignalMarket {
  const list = Array.from({ length: hours }, (_, i) => ({
    time: START + i * HOUR_MS,
    ...{ open: 100, high: 101, low: 99, close: 100, volume: 1 },
  }))
  return { symbol, candles: candlesFrom(HOUR_MS, list) }
}

const at = (hour: number): string => `2024-01-01T0${hour}:00:00Z`
const intents = (file: string, text: string): unknown[] =>
  readSignals(file, text).signals.map(({ intent }) => intent)

/** Message and hint of the refusal. */
function refused(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    expect(error.code).toBe('BAD_SIGNALS')
    return `${error.message}; ${error.hint}`
  }
  throw new Error('nothing was refused')
}

const refusedCsv = (text: string): string => refused(() => readSignals('s.csv', text))
const refusedRow = (header: string, row: string): string =>
  refusedCsv(`time,${header}\n${at(1)},${row}\n`)
const matched = (text: string, ...markets: SignalMarket[]): unknown =>
  matchSignals(readSignals('s.csv', text), markets)

describe('a file of signals', () => {
  it('holds targets, exits, levels and orders, and an empty cell says nothing', () => {
    const text = `time,exposure,tag,priority,stop_loss,roi,stop_price,target_price,orders
${at(1)},0.5,a,2,0.02,"0:0.1,12:0.05",,,
${at(2)},-0.3,,,,,,,
${at(3)},,,,,,95.5,none,
${at(4)},0,out,,,,,,
${at(5)},0,,,,,,,
${at(6)},,,1,,,,,"[{""side"": ""buy"", ""kind"": ""limit"", ""price"": 99, ""share"": 0.5}]"
${at(7)},,,,,,,,
`
    expect(intents('s.csv', text)).toEqual([
      long(0.5, { stopLoss: 0.02, roi: { 0: 0.1, 12: 0.05 }, tag: 'a', priority: 2 }),
      short(0.3),
      keep({ stopPrice: 95.5, targetPrice: null }),
      exit('out'),
      FLAT,
      orders([{ side: 'buy', kind: 'limit', price: 99, share: 0.5 }], { priority: 1 }),
      HOLD,
    ])
  })

  it('may be JSON lines, with roi as an object and null for nothing', () => {
    const lines = [
      { time: START / 1000 + 3600, exposure: 1, roi: { 0: 0.1, 3: 0 }, tag: null },
      { time: START + 2 * HOUR_MS, orders: [], exposure: null },
      { time: at(3), target_price: 'none' },
    ]
    const text = lines.map(line => JSON.stringify(line)).join('\n')
    expect(intents('s.jsonl', text)).toEqual([
      long(1, { roi: { 0: 0.1, 3: 0 } }),
      orders([]),
      keep({ stopPrice: undefined, targetPrice: null }),
    ])
    expect(readSignals('s.jsonl', text).signals.map(({ time }) => time)).toEqual(
      [1, 2, 3].map(hour => START + hour * HOUR_MS),
    )
  })

  it.each([
    ['2024-01-01 01:00:00+00:00', 1],
    ['2024-01-01T03:00:00+0200', 1],
    ['2024-01-01T02:00Z', 2],
    ['2024-01-01', 0],
    ['1704070800', 1],
    ['1704070800000', 1],
  ])('takes the time %s', (written, hour) => {
    const { signals } = readSignals('s.csv', `time,exposure\n${written},1\n`)
    expect(signals[0]!.time).toBe(START + hour * HOUR_MS)
  })

  it.each(['2024-02-30T00:00:00Z', '2024-01-01T01:00:00', 'noon', '2024-01-01T25:00:00Z'])(
    'refuses the time %s',
    written => {
      const message = refusedCsv(`time,exposure\n${written},1\n`)
      expect(message).toContain(`"s.csv", line 2, column time: "${written}" is no time`)
    },
  )

  it.each([
    ['expsure', '1', 'column "expsure" is not known; did you mean exposure?'],
    ['exposure,exposure', '1,1', 'two columns are called "exposure"'],
    ['exposure', 'x', 'column exposure: "x" is no number'],
    ['exposure', 'nan', 'leave the cell empty to say nothing'],
    ['exposure', '1.5', '"1.5" is not from -1 to 1'],
    ['exposure', '1,2', 'it has 3 cells, but the header has 2'],
    ['exposure,tag', `1,${'x'.repeat(41)}`, 'at most 40 characters'],
    ['exposure,stop_loss', '0,0.1', 'it has stop_loss beside exposure 0'],
    ['exposure,stop_loss', ',0.1', 'it has stop_loss but no exposure'],
    ['exposure,stop_price', '1,90', 'it has stop_price beside an exposure'],
    ['stop_price', '-1', '"-1" is no price above 0'],
    ['exposure,roi', '1,0:0.1:2', 'is no list of closes and fractions'],
    ['exposure,roi', '1,"3:0.1,3:0.2"', 'each number of closes once'],
    ['exposure,orders', '1,[]', 'it has exposure beside orders'],
    ['orders', 'buy', '"buy" is no JSON'],
    ['orders', '{}', '"{}" is no list of orders'],
  ])('refuses %s with %s', (header, row, problem) => {
    const message = refusedRow(header, row)
    expect(message).toMatch(/^"s\.csv", line [12]/)
    expect(message).toContain(problem)
  })

  it.each([
    [{ side: 'up' }, 'order 1, side: "up" is not buy or sell'],
    [{ kind: undefined }, 'order 1, kind: "" is not limit or stop'],
    [{ price: 0 }, 'order 1, price: "0" is not above 0'],
    [{ price: '99' }, 'order 1, price: "99" is no number'],
    [{ quantity: 2 }, 'has two sizes'],
    [{ share: undefined }, 'has no size'],
    [{ goodfor: 3 }, 'is no known key; did you mean goodFor?'],
    [{ goodFor: 1.5 }, '"1.5" is no number of closes'],
    [{ postOnly: 1 }, '"1" is neither true nor false'],
    [{ exits: { stoploss: 0.1 } }, 'did you mean stopLoss?'],
    [{ exits: { roi: '0' } }, 'exits, roi: "0" is no list of closes'],
  ])('refuses an order with %j', (change, problem) => {
    const order = { side: 'buy', kind: 'limit', price: 99, share: 0.5, ...change }
    const line = JSON.stringify({ time: at(1), orders: [order] })
    const message = refused(() => readSignals('s.jsonl', line))
    expect(message).toContain('"s.jsonl", line 1, column orders, order 1')
    expect(message).toContain(problem)
  })

  it.each([
    ['', 's.csv', '"s.csv" is empty'],
    ['time,exposure\n', 's.csv', 'has a header but no decisions'],
    ['exposure\n1\n', 's.csv', 'line 1: there is no time'],
    [`time,exposure\n,1\n`, 's.csv', 'line 2: there is no time'],
    ['{"exposure": 1}', 's.jsonl', 'line 1: there is no time'],
    ['{"time": 1}\n[1]', 's.jsonl', 'line 2: "[1]" is no JSON object'],
    ['{"time": 1}\n{oops', 's.jsonl', 'line 2: "{oops" is no JSON'],
    [`time,symbol\n${at(1)},A\n${at(2)},\n`, 's.csv', 'line 3: there is no symbol'],
  ])('refuses %j', (text, file, problem) => {
    expect(refused(() => readSignals(file, text))).toContain(problem)
  })
})

describe('signals held against candles', () => {
  it('are sorted by time, per symbol', () => {
    const text = `time,symbol,exposure\n${at(2)},B,1\n${at(3)},A,0\n${at(1)},A,1\n`
    expect(readSignals('s.csv', text).symbols).toEqual(['A', 'B'])
    expect(matched(text, market('A'), market('B'))).toEqual([
      {
        symbol: 'A',
        decisions: [
          { time: START + HOUR_MS, intent: long(1) },
          { time: START + 3 * HOUR_MS, intent: FLAT },
        ],
      },
      { symbol: 'B', decisions: [{ time: START + 2 * HOUR_MS, intent: long(1) }] },
    ])
  })

  it('may name the open of the candle', () => {
    const written = readSignals('s.csv', `time,exposure\n${at(0)},1\n`)
    const [signals] = matchSignals(written, [market('A')], { timeLabel: 'open' })
    expect(signals!.decisions).toEqual([{ time: START + HOUR_MS, intent: long(1) }])
  })

  it('are refused at what is no close, before, between and after', () => {
    const row = (time: string): string =>
      refused(() => matched(`time,exposure\n${time},1\n`, market('A')))
    expect(row(at(0))).toContain(
      'is no close of A 1h, whose closes are from 2024-01-01T01:00:00Z to 2024-01-01T06:00:00Z',
    )
    expect(row(at(0))).toContain('--time-label open')
    expect(row('2024-01-01T01:30:00Z')).toContain('write the close of a candle that is stored')
    expect(row(at(7))).toContain('line 2, column time: "2024-01-01T07:00:00Z"')
  })

  it('are refused twice at one close', () => {
    const text = `time,exposure\n${at(1)},1\n${at(2)},1\n${at(1)},0\n`
    expect(refused(() => matched(text, market('A')))).toContain('line 4, column time')
    expect(refused(() => matched(text, market('A')))).toContain('is the time of line 2 too')
  })

  it('are refused for a symbol that is not of the run, or that is missing', () => {
    const other = `time,symbol,exposure\n${at(1)},SOL-USD,1\n`
    expect(refused(() => matched(other, market('SOL-USDT')))).toContain(
      'column symbol: "SOL-USD" is no symbol of this run; did you mean SOL-USDT?',
    )
    const nameless = `time,exposure\n${at(1)},1\n`
    expect(refused(() => matched(nameless, market('A'), market('B')))).toContain(
      'line 2: the run has 2 symbols, and none is named',
    )
  })

  it('are given the line of what a check refuses', () => {
    const check = (): never => {
      throw new AppError('STRATEGY_INTENT', 'stopLoss is 2', { hint: 'below 1' })
    }
    const written = readSignals('s.csv', `time,exposure,stop_loss\n${at(1)},1,2\n`)
    const message = refused(() => matchSignals(written, [market('A')], { check }))
    expect(message).toBe('"s.csv", line 2: stopLoss is 2; below 1')
  })
})
