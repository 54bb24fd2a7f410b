import { expect, it } from 'vitest'
import { togetherOf } from '../../../src/app/promotion/paper-evidence.js'
import { DAY_MS } from '../../../src/core/candles/time.js'

const period = (from: number, to: number, ...exits: number[]) => ({
  from: from * DAY_MS,
  to: to * DAY_MS,
  exits: exits.map(day => day * DAY_MS),
})

it.each([
  ['one after the other', [period(0, 3, 1, 2), period(5, 7, 6)], 5, 3],
  ['side by side', [period(0, 3, 1, 2), period(0, 3, 1, 2)], 3, 2],
  ['one within the other', [period(1, 2, 1.5), period(0, 4, 1.5, 3)], 4, 2],
  ['half at the same time', [period(2, 6, 2.5, 5), period(0, 3, 1, 2.5)], 6, 3],
  ['none', [], 0, 0],
])('days on paper count once: %s', (_, periods, days, trades) => {
  expect(togetherOf(periods)).toEqual({ days, trades })
})
