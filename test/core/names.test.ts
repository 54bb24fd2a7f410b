import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nearestName } from '../../src/core/names.js'

const KNOWN = ['ma_crossover', 'rsi_reversion', 'supertrend', 'buy_and_hold']

describe('nearestName', () => {
  it('finds the name behind a slip of the fingers', () => {
    for (const typed of [
      'ma_crosover',
      'ma-crossover',
      'MA_CROSSOVER',
      'ma_crossvoer',
      'a_crossover',
    ])
      expect(nearestName(typed, KNOWN), typed).toBe('ma_crossover')
    expect(nearestName('supetrend', KNOWN)).toBe('supertrend')
  })

  it('suggests nothing for a name that is far from all', () => {
    for (const typed of ['x', 'momentum', 'grid_trader', '']) {
      expect(nearestName(typed, KNOWN), typed).toBeUndefined()
    }
    expect(nearestName('anything', [])).toBeUndefined()
  })

  it('finds a known name by itself, in any case', () => {
    fc.assert(
      fc.property(fc.constantFrom(...KNOWN), name => {
        expect(nearestName(name.toUpperCase(), KNOWN)).toBe(name)
      }),
    )
  })

  it('finds a name after any one letter was changed, left out or put in', () => {
    const edits = fc.tuple(fc.constantFrom(...KNOWN), fc.nat(30), fc.nat(2))
    fc.assert(
      fc.property(edits, ([name, where, kind]) => {
        const at = where % name.length
        const typed = name.slice(0, at) + ['', 'q', `q${name[at]}`][kind]! + name.slice(at + 1)
        expect(nearestName(typed, KNOWN)).toBe(name)
      }),
    )
  })
})
