import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, snakeCase, snakeKeys } from '../../src/core/canonical.js'

const json = fc.jsonValue({ maxDepth: 4 })

/** The same value with the keys of every object the other way round. */
function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed)
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  )
}

describe('canonicalJson', () => {
  it('says the same as JSON', () => {
    fc.assert(
      fc.property(json, value => {
        const plain: unknown = JSON.parse(JSON.stringify(value))
        expect(JSON.parse(canonicalJson(plain))).toEqual(plain)
      }),
    )
  })

  it('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(json, value => {
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value))
      }),
    )
  })

  it('sorts keys by code unit, not by locale, and leaves out what is undefined', () => {
    expect(canonicalJson({ b: 1, a: 2, B: 3, ä: 4, '10': 5, '9': 6, x: undefined })).toBe(
      '{"10":5,"9":6,"B":3,"a":2,"b":1,"ä":4}',
    )
  })

  it('writes the examples of RFC 8785', () => {
    const numbers = [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0]
    expect(canonicalJson(numbers)).toBe('[333333333.3333333,1e+30,4.5,0.002,1e-27,0]')
    expect(canonicalJson('\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/')).toBe(
      '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"',
    )
    expect(canonicalJson({ '\u20ac': 1, '\r': 2, '\ud83d\ude00': 3, '\ufb33': 4, '1': 5 })).toBe(
      '{"\\r":2,"1":5,"\u20ac":1,"\ud83d\ude00":3,"\ufb33":4}',
    )
  })

  it('refuses what JSON does not have', () => {
    for (const value of [NaN, Infinity, -Infinity, undefined, 1n, () => 1, Symbol('x')]) {
      expect(() => canonicalJson(value)).toThrow('canonical JSON has no')
      expect(() => canonicalJson([{ value: [value] }])).toThrow(/canonical JSON|undefined/)
    }
  })
})

describe('snakeKeys', () => {
  it('renames keys at every depth and leaves values alone', () => {
    const value = { maxDrawdown: 1, list: [{ exitTime: 'keepThis' }], none: null }
    const expected = { max_drawdown: 1, list: [{ exit_time: 'keepThis' }], none: null }
    expect(snakeKeys(value)).toEqual(expected)
  })

  it('leaves snake_case as it is', () => {
    for (const name of ['fast_ma', 'x', 'a1_b2']) expect(snakeCase(name)).toBe(name)
    expect(snakeCase('buyAndHoldReturn')).toBe('buy_and_hold_return')
  })
})
