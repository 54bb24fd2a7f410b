import { expect, it } from 'vitest'
import { HELD_MAX, joined, withOlder, type Row } from '../../src/api/dashboard/state/candle-rows.js'
import { timeframesFrom } from '../../src/api/dashboard/state/markets.js'
import { pageBytes } from './page-bytes.js'

const rows = (from: number, to: number, close = 1): Row[] =>
  Array.from({ length: to - from }, (_, k) => [from + k, 1, 1, 1, close, 0])

it('candles that came since are joined to those of a chart, a later word on one holds', () => {
  expect(joined(rows(0, 5), rows(3, 8, 2))).toEqual([...rows(0, 3), ...rows(3, 8, 2)])
  expect(joined(rows(0, 5), rows(4, 5, 2))).toEqual([...rows(0, 4), ...rows(4, 5, 2)])
  const long = joined(rows(0, HELD_MAX), rows(HELD_MAX - 1, HELD_MAX + 9))
  expect(long).toHaveLength(HELD_MAX)
  expect(long?.at(-1)?.[0]).toBe(HELD_MAX + 8)
})

it('candles between which some are missing are not joined: all are asked for anew', () => {
  expect(joined([], rows(0, 3))).toBeNull()
  expect(joined(rows(0, 5), [])).toBeNull()
  expect(joined(rows(0, 5), rows(5, 9)), 'nobody knows whether one is missing').toBeNull()
})

it('older candles stand before those of a chart, none twice, and no more than it holds', () => {
  expect(withOlder(rows(5, 9), rows(2, 7, 2))).toEqual([...rows(2, 5, 2), ...rows(5, 9)])
  expect(withOlder(rows(HELD_MAX, 2 * HELD_MAX), rows(0, HELD_MAX))).toHaveLength(HELD_MAX)
})

it('a market is offered in the higher timeframes that its candles fill', () => {
  expect(timeframesFrom('1h')).toEqual(['1h', '4h', '12h', '1d', '1w'])
  expect(timeframesFrom('5m').slice(0, 3)).toEqual(['5m', '15m', '30m'])
  expect(timeframesFrom('1w')).toEqual(['1w'])
  expect(timeframesFrom('7m'), 'no whole candles of seven minutes fill others').toEqual([
    '7m',
    '1w',
  ])
})

it('the page takes less than 300 kB', () => {
  expect(pageBytes()).toBeGreaterThan(50_000)
  expect(pageBytes()).toBeLessThan(300_000)
})
