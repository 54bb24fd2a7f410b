import { describe, expect, it } from 'vitest'
import { counted, plural } from '../../src/core/number-format.js'

describe('a count in words', () => {
  it.each([
    [0, 'trial', '0 trials'],
    [1, 'trial', '1 trial'],
    [1234, 'candle', '1,234 candles'],
    [1, 'entry', '1 entry'],
    [2, 'entry', '2 entries'],
    [2, 'day', '2 days'],
    [2, 'data set', '2 data sets'],
  ])('of %d %s', (count, noun, said) => {
    expect(counted(count, noun)).toBe(said)
  })

  it('gives the noun alone too', () => {
    expect([plural(1, 'fold'), plural(3, 'fold')]).toEqual(['fold', 'folds'])
  })
})
