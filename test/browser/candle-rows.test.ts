import { expect, it } from 'vitest'
import { joined, SHOWN, type Row } from '../../src/api/dashboard/state/candle-rows.js'

const rows = (from: number, to: number, close = 1): Row[] =>
  Array.from({ length: to - from }, (_, k) => [from + k, 1, 1, 1, close, 0])

it('candles that came since are joined to those of a chart, a later word on one holds', () => {
  expect(joined(rows(0, 5), rows(3, 8, 2))).toEqual([...rows(0, 3), ...rows(3, 8, 2)])
  expect(joined(rows(0, 5), rows(4, 5, 2))).toEqual([...rows(0, 4), ...rows(4, 5, 2)])
  const long = joined(rows(0, SHOWN), rows(SHOWN - 1, SHOWN + 9))
  expect(long).toHaveLength(SHOWN)
  expect(long?.at(-1)?.[0]).toBe(SHOWN + 8)
})

it('candles between which some are missing are not joined: all are asked for anew', () => {
  expect(joined([], rows(0, 3))).toBeNull()
  expect(joined(rows(0, 5), [])).toBeNull()
  expect(joined(rows(0, 5), rows(5, 9)), 'nobody knows whether one is missing').toBeNull()
})
